"""Pure parts; no server. python3 -m unittest discover load-tests/cluster/tests"""
import os
import pathlib
import random
import socket
import sys
import tempfile
import threading
import time
import types
import unittest
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from harness import windows, wire
from harness.report import Report
from scenarios import changes, rules


class Windows(unittest.TestCase):
    def test_a_steady_series_has_its_rate_in_every_window(self):
        series = [(t / 10, 100.0 * t / 10) for t in range(200)]
        rates = windows.window_rates(series, 10.0, 2.0, 19.0)
        self.assertGreater(len(rates), 60)
        for rate in rates:
            self.assertAlmostEqual(rate, 100.0)

    def test_windows_begin_and_end_where_they_should(self):
        # Nothing in the first and the last five seconds.
        series = [(t / 10, 10.0 * max(0, min(t / 10, 15) - 5)) for t in range(201)]
        self.assertAlmostEqual(min(windows.window_rates(series, 5.0, 5.0, 15.0)), 10.0)
        self.assertAlmostEqual(min(windows.window_rates(series, 5.0, 0.0, 20.0)), 0.0)
        self.assertEqual(windows.window_rates(series, 11.0, 5.0, 15.0), [])

    def test_between_two_samples_the_total_is_on_the_line(self):
        series = [(0.0, 0.0), (1.0, 10.0), (3.0, 10.0)]
        self.assertAlmostEqual(windows.total_at(series, 0.5), 5.0)
        self.assertAlmostEqual(windows.total_at(series, 2.0), 10.0)
        self.assertAlmostEqual(windows.total_at(series, 9.0), 10.0)
        self.assertAlmostEqual(windows.rate_between(series, 0.5, 1.5), 5.0)

    def test_the_most_beyond_a_rate_is_that_of_all_pairs(self):
        random.seed(7)
        for _ in range(50):
            when, total, series = 0.0, 0.0, []
            for _ in range(40):
                series.append((when, total))
                when += random.random()
                total += random.choice((0, 0, 5, 20)) * random.random()
            plain = max(b[1] - a[1] - 6 * (b[0] - a[0]) for i, a in enumerate(series) for b in series[i:])
            self.assertAlmostEqual(windows.most_beyond(series, 6)[0], max(0.0, plain))

    def test_percentiles_are_values_that_were_measured(self):
        values = list(range(1, 201))
        self.assertEqual(windows.percentile(values, 0.5), 100)
        self.assertEqual(windows.percentile(values, 0.99), 198)
        self.assertEqual(windows.percentile([3], 0.99), 3)
        self.assertEqual(windows.percentile([1, 2], 1.0), 2)


class Wire(unittest.TestCase):
    def test_the_kernel_counts_what_a_connection_carried(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            sent, got = wire.Totals([port], 3), wire.Totals([port], 4)
            with socket.create_connection(("127.0.0.1", port)) as client:
                accepted, _ = server.accept()
                with accepted:
                    accepted.sendall(bytes(1000))
                    client.sendall(bytes(300))
                    accepted.recv(300, socket.MSG_WAITALL)
                    client.recv(1000, socket.MSG_WAITALL)
                    self.assertEqual(got.update()[port], 300)
                    # An acknowledgement may come a little later than the bytes.
                    for _ in range(1000):
                        if sent.update()[port] >= 1000:
                            break
                    self.assertEqual(sent.by_port[port], 1000)
                    self.assertEqual(sent.update()[port], 1000)

    def test_connections_that_end_stay_counted(self):
        totals = wire.Totals([9], 3)
        totals.update([(9, 1, 100, 50, 0), (8, 2, 101, 7, 0)])
        totals.update([(9, 1, 100, 70, 0), (9, 3, 102, 5, 0)])
        totals.update([(9, 3, 102, 6, 0)])
        self.assertEqual(totals.by_port, {9: 76})

    def test_sizes_of_files_are_added_up(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, size in (("a", 10), ("b", 32)):
                pathlib.Path(folder, name).write_bytes(bytes(size))
            pathlib.Path(folder, "c").mkdir()
            self.assertEqual(wire.sizes_of({"x": folder})(), {"x": 42})


class Changes(unittest.TestCase):
    def test_a_lower_limit_is_in_force_from_the_last_time_that_it_was_passed(self):
        old, new = changes.FAST * 1024, changes.SLOW * 1024
        series = [(t / 50, old * t / 50 if t <= 100 else old * 2 + new * (t / 50 - 2)) for t in range(300)]
        self.assertAlmostEqual(changes.in_force(series, 1.0, new, 0), 1.0, delta=0.06)

    def test_a_limit_that_never_holds_is_not_found(self):
        series = [(t / 50, changes.FAST * 1024 * t / 50) for t in range(300)]
        self.assertIsNone(changes.in_force(series, 1.0, changes.SLOW * 1024, 0))


class Named:
    """What is asked of a node here."""

    def __init__(self, name):
        self.name = name


class Rules(unittest.TestCase):
    @staticmethod
    def call(sink, rule, at):
        with urllib.request.urlopen(f"http://127.0.0.1:{sink.port}/{rule}", b'{"at": "%s", "uid": "u"}' % at, timeout=10) as answer:
            return answer.status

    def test_calls_are_told_apart_by_rule_and_hour(self):
        with rules.Sink() as sink:
            for rule, at in (("once", b"2026-11-22T09:00:00.000"), ("once", b"2026-11-22T10:00:00.000"), ("every", b"2026-11-22T10:00:00.000")):
                self.assertEqual(self.call(sink, rule, at), 204)
            self.assertEqual(len(sink.of("once")), 2)
            self.assertEqual([call.uid for call in sink.of("once", "2026-11-22T10")], ["u"])
            self.assertTrue(sink.wait("every", "2026-11-22T10", 1, 0))
            self.assertFalse(sink.wait("every", "2026-11-22T10", 2, 0.05))

    def test_a_call_that_is_held_is_heard_and_not_answered(self):
        with rules.Sink() as sink:
            sink.hold = "once"
            caller = threading.Thread(target=self.call, args=(sink, "once", b"2026-11-22T09:00:00.000"))
            caller.start()
            self.assertTrue(sink.wait("once", None, 1, 10))
            caller.join(0.2)
            self.assertTrue(caller.is_alive())
            sink.release()
            caller.join(10)
            self.assertFalse(caller.is_alive())

    def test_a_clock_is_before_the_hour_and_tells_every_node_so(self):
        with tempfile.TemporaryDirectory() as folder:
            nodes = [Named(name) for name in "ab"]
            clock = rules.Clock(types.SimpleNamespace(nodes=nodes, root=pathlib.Path(folder)), "library")
            self.assertAlmostEqual(clock.now() % 3600, 600, delta=2)
            hour = rules.next_hour(clock.now())
            clock.go_before(hour, 5, {nodes[1]: 0.5})
            self.assertAlmostEqual(hour - clock.now(), 5, delta=1)
            ahead = [float(pathlib.Path(node.environment["FAKETIME_TIMESTAMP_FILE"]).read_text().strip().rstrip("s")) for node in nodes]
            self.assertAlmostEqual(time.time() + ahead[0], clock.now(), delta=1)
            self.assertAlmostEqual(ahead[1] - ahead[0], 0.5, delta=0.002)
            self.assertEqual(rules.next_hour(hour), hour + 3600)

    def test_a_session_is_on_the_node_that_is_told_or_on_the_one_that_was_asked(self):
        asked = Named("a")
        self.assertEqual([rules.where(listed, asked) for listed in ("", "a-4ad75c", "b-75dbfe", "c")], ["a", "a", "b", "c"])


class Reports(unittest.TestCase):
    def test_one_failure_fails_the_run_and_a_part_left_out_does_not(self):
        with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as nothing:
            before, sys.stdout = sys.stdout, nothing
            try:
                report = Report("some", folder)
                report.judge("one", 1, "1", True)
                report.skip("two", "not here")
                self.assertTrue(report.end())
                report.judge("three", 2, "1", False)
                self.assertFalse(report.end())
            finally:
                sys.stdout = before
            self.assertIn('"passed": false', pathlib.Path(folder, "some.json").read_text())


if __name__ == "__main__":
    unittest.main()
