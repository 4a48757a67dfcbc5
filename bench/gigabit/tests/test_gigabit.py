"""Pure parts; no root. python3 -m unittest discover bench/gigabit/tests"""
import argparse
import contextlib
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import framing
import host
import link
import quota
import report
import sampling
import search
import run
import servers
import transfers


class Bandwidth(unittest.TestCase):
    def test_a_quota_is_its_share_of_the_period(self):
        self.assertEqual(quota.bandwidth(0.25, 20_000), (5_000, 20_000))

    def test_the_period_grows_where_the_kernel_would_refuse_the_quota(self):
        amount, period = quota.bandwidth(0.02, 20_000)
        self.assertGreaterEqual(amount, quota.SMALLEST_QUOTA_US)
        self.assertAlmostEqual(amount / period, 0.02, places=3)

    def test_a_quota_of_nothing_is_refused(self):
        with self.assertRaises(ValueError):
            quota.bandwidth(0, 20_000)


class Hierarchies(unittest.TestCase):
    HYBRID = "cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\ncgroup /sys/fs/cgroup/cpuacct cgroup rw,cpuacct 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n"

    def test_version_two_is_used_where_it_has_the_controller(self):
        self.assertEqual(quota.find_hierarchies("none /cg cgroup2 rw 0 0\n", lambda _: "cpuset cpu io"), ("v2", {"cpu": "/cg"}))

    def test_a_hybrid_machine_falls_back_to_version_one(self):
        found = quota.find_hierarchies(self.HYBRID, lambda _: "")
        self.assertEqual(found, ("v1", {"cpu": "/sys/fs/cgroup/cpu", "cpuacct": "/sys/fs/cgroup/cpuacct"}))

    def test_both_controllers_may_share_a_mount(self):
        found = quota.find_hierarchies("cgroup /cg cgroup rw,cpu,cpuacct 0 0\n", lambda _: "")
        self.assertEqual(found, ("v1", {"cpu": "/cg", "cpuacct": "/cg"}))

    def test_cpuset_is_not_cpu(self):
        with self.assertRaises(RuntimeError):
            quota.find_hierarchies("none /cg cgroup2 rw 0 0\n", lambda _: "cpuset io")


class Stat(unittest.TestCase):
    def test_both_versions_read_alike(self):
        expected = {"periods": 10, "throttled_periods": 4, "throttled_seconds": 1.5}
        self.assertEqual(quota.parse_stat("nr_periods 10\nnr_throttled 4\nthrottled_time 1500000000\n"), expected)
        self.assertEqual(quota.parse_stat("usage_usec 5\nnr_periods 10\nnr_throttled 4\nthrottled_usec 1500000\n"), expected)


class Parsers(unittest.TestCase):
    def test_counters_of_a_device(self):
        text = "Inter-| Receive | Transmit\n face |bytes\n    lo: 1 0 0 0 0 0 0 0 2 0\nhpcgb-srv: 70 1 0 0 0 0 0 0 90 2 0 0 0 0 0 0\n"
        self.assertEqual(link.parse_counters(text, "hpcgb-srv"), (70, 90))
        with self.assertRaises(LookupError):
            link.parse_counters(text, "eth0")

    def test_drops_of_all_queues_add_up(self):
        self.assertEqual(link.parse_drops("Sent 1 bytes (dropped 3, overlimits 0)\nSent 2 bytes (dropped 4, overlimits 1)"), 7)

    def test_a_burst_below_one_super_packet_is_refused(self):
        with self.assertRaises(ValueError):
            link.tbf_arguments(1000, 50, burst=65536)
        self.assertIn("1000mbit", link.tbf_arguments(1000, 50))

    def test_only_a_listener_on_the_port_counts(self):
        head = "  sl  local_address rem_address   st\n"
        self.assertTrue(servers.listening(head + "   0: 014D12C6:07E6 00000000:0000 0A 0\n", 2022))
        self.assertFalse(servers.listening(head + "   0: 014D12C6:07E6 024D12C6:9999 01 0\n", 2022))
        self.assertFalse(servers.listening(head + "   0: 014D12C6:0016 00000000:0000 0A 0\n", 2022))


class Sustained(unittest.TestCase):
    def test_login_and_tail_do_not_count(self):
        busy = [(1 + i / 10, i * 100, i * 0.01) for i in range(11)]
        samples = [(0, 0, 0), *busy, (5, 1000, 0.5)]
        got = sampling.sustained(samples, 990)
        self.assertAlmostEqual(got["wire_bytes_per_second"], 1000)
        self.assertAlmostEqual(got["payload_bytes_per_second"], 990)
        self.assertAlmostEqual(got["cores"], 0.1)
        self.assertAlmostEqual(got["cpu_seconds_per_gib"], 0.1 / 990 * (1 << 30))

    def test_a_stall_in_the_middle_counts(self):
        samples = [(0, 0, 0), (1, 500, 0), (2, 500, 0), (3, 1000, 0)]
        self.assertAlmostEqual(sampling.sustained(samples, 1000)["payload_bytes_per_second"], 900 / 2.8)

    def test_fewer_bytes_than_the_file_are_an_error(self):
        with self.assertRaises(ValueError):
            sampling.sustained([(0, 0, 0), (1, 10, 0)], 11)

    def test_an_exception_of_the_reader_is_not_lost(self):
        answers = iter([(0, 0)])
        sampler = sampling.Sampler(lambda: next(answers), interval=0)
        sampler.start()
        sampler._thread.join()
        with self.assertRaises(StopIteration):
            sampler.stop()


class Search(unittest.TestCase):
    def test_the_bracket_lies_above_the_largest_failure(self):
        rates = {1.0: [100], 0.5: [100], 0.25: [90], 0.2: [100], 0.1: [50]}
        self.assertEqual(search.bracket(rates, 100, 0.99), (0.25, 0.5))

    def test_a_bracket_may_be_open(self):
        self.assertEqual(search.bracket({0.5: [100], 0.1: [100]}, 100, 0.99), (None, 0.1))
        self.assertEqual(search.bracket({0.5: [10], 0.1: [10]}, 100, 0.99), (0.5, None))

    def test_the_median_decides(self):
        self.assertTrue(search.passes([100, 99.5, 10], 100, 0.99))
        self.assertFalse(search.passes([100, 98, 98], 100, 0.99))
        self.assertFalse(search.passes([], 100, 0.99))

    def test_a_slow_server_does_not_lower_what_it_is_compared_with(self):
        self.assertEqual(search.goal(90, 120, 0.99), 120 * 0.99)
        self.assertEqual(search.goal(119, 119.5, 0.99), 119)

    def test_the_search_ends_at_one_step(self):
        low, high, seen = 0.10, 0.25, []
        while (middle := search.next_quota(low, high, 0.01)) is not None:
            seen.append(middle)
            low, high = (low, middle) if middle >= 0.163 else (middle, high)
        self.assertAlmostEqual(high, 0.17)
        self.assertLessEqual(len(seen), 5)
        self.assertIsNone(search.next_quota(None, 0.1, 0.01))

    def test_rounds_begin_with_another_quota_each(self):
        self.assertEqual([search.order([1, 2, 3], turn)[0] for turn in range(4)], [1, 2, 3, 1])
        self.assertEqual(search.order([], 3), [])

    def test_a_hopeless_quota_is_not_repeated(self):
        self.assertTrue(search.worth_repeating([], 100))
        self.assertTrue(search.worth_repeating([95], 100))
        self.assertFalse(search.worth_repeating([50], 100))


class Rounds(unittest.TestCase):
    """The driver with transfers that are made up."""

    class Moves:
        def __init__(self, rates):
            self.rates, self.cores = rates, None

        def plain(self, direction, mib):
            return 118.2e6

        def run(self, direction):
            rate = self.rates[self.cores]
            if rate is None:
                raise transfers.TransferFailed("the connection was lost")
            return {**Report.RUN, "payload_bytes_per_second": rate}

        def limit(self, cores, period_us):
            self.cores = cores

    def bench(self, **rates):
        moves = self.Moves({None: 118e6, **{float(k[1:]) / 100: v for k, v in rates.items()}})
        args = argparse.Namespace(directions=["download"], rounds=2, statistic="median", mib=16, share=0.99, step=0.0, period_ms=20, rate_mbit=1000)
        bench = run.Benchmark(args, moves, moves)
        bench.written = []
        bench.after_round = lambda: bench.written.append(bench.summaries())
        with open(os.devnull, "w") as null, contextlib.redirect_stdout(null), contextlib.redirect_stderr(null):
            bench.warm_up()
            bench.rounds({"download": [q for q in moves.rates if q]})
        return bench

    def test_a_failed_transfer_drops_nothing_and_counts_as_a_link_not_filled(self):
        bench = self.bench(q25=118e6, q10=None)
        self.assertEqual(bench.bracket("download"), (0.1, 0.25))
        self.assertEqual({f["quota"] for f in bench.failures}, {0.1})
        self.assertTrue(bench.summaries()[0]["meets_must"])

    def test_results_are_there_after_each_round(self):
        self.assertEqual(len(self.bench(q25=118e6).written), 2)

    def test_without_a_reference_there_is_no_summary(self):
        bench = self.bench(q25=118e6)
        bench.runs["download"][None] = []
        self.assertEqual(bench.summaries(), [])


class WorkFolders(unittest.TestCase):
    def test_only_a_folder_with_the_marker_and_the_right_owner_is_removed(self):
        with tempfile.TemporaryDirectory() as root:
            made = host.make_work(root)
            foreign = os.path.join(root, host.WORK_PREFIX + "foreign")
            os.mkdir(foreign)
            link_to_it = os.path.join(root, host.WORK_PREFIX + "link")
            os.symlink(made, link_to_it)
            self.assertTrue(host.is_work(made, os.geteuid()))
            self.assertFalse(host.is_work(made, os.geteuid() + 1))
            self.assertFalse(host.is_work(foreign, os.geteuid()))
            self.assertFalse(host.is_work(link_to_it, os.geteuid()))


class Framing(unittest.TestCase):
    def test_a_full_packet_has_the_length_of_the_layout(self):
        self.assertEqual(framing.packet_length(32768), 32804)

    def test_packets_are_aligned_without_their_length_field(self):
        for n in range(1, 100):
            padding = framing.packet_length(n) - 4 - 16 - 10 - n
            self.assertGreaterEqual(padding, 4)
            self.assertEqual((framing.packet_length(n) - 20) % 16, 0)

    def test_the_share_of_file_bytes(self):
        self.assertAlmostEqual(framing.payload_share("download"), 0.9985, places=4)
        self.assertLess(framing.payload_share("upload"), framing.payload_share("download"))

    def test_goodput_of_a_gigabit(self):
        self.assertAlmostEqual(framing.tcp_goodput(1000) / 1e6, 119.55, places=2)


class Report(unittest.TestCase):
    RUN = {"payload_bytes_per_second": 118e6, "wall_bytes_per_second": 110e6, "cores": 0.05, "cpu_seconds_per_gib": 0.45, "cpu_seconds": 0.1, "user_seconds": 0.05,
           "system_seconds": 0.05, "throttled_seconds": 0.0, "throttled_periods": 0, "periods": 10}

    def summary(self, plain):
        runs = {None: [self.RUN], 0.1: [self.RUN], 0.05: [{**self.RUN, "payload_bytes_per_second": 80e6}]}
        return report.summary("download", runs, [plain], 0.99, 0.1, 1000)

    def test_a_full_link_gives_a_verdict(self):
        s = self.summary(118.5e6)
        self.assertTrue(s["meets_must"] and s["meets_aim"])
        self.assertEqual([r["quota"] for r in s["rows"]], [None, 0.1, 0.05])
        self.assertIn("| none | 118.00 | 99.7%", "\n".join(report.table(s)))

    def test_a_quota_is_compared_with_plain_tcp_where_that_is_faster(self):
        s = self.summary(125e6)
        self.assertAlmostEqual(s["goal_bytes_per_second"], 125e6 * framing.payload_share("download"))
        self.assertLess(s["rows"][0]["share"], 0.96)

    def test_the_exit_code_tells_met_missed_and_undecided(self):
        def codes(*verdicts):
            return report.exit_code([{"meets_must": v} for v in verdicts], 2)
        self.assertEqual([codes(True, True), codes(True, False), codes(False, None), codes(True, None), codes(True)], [0, 1, 1, 3, 3])

    def test_a_link_that_was_never_full_gives_none(self):
        s = self.summary(125e6)
        self.assertIsNone(s["meets_must"])
        self.assertIn("not decided", "\n".join(report.table(s)))


if __name__ == "__main__":
    unittest.main()
