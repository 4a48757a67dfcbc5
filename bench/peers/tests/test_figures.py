import unittest

import context  # noqa: F401
import sample
from peerbench import figures, meter
from peerbench.servers import hpc
from peerbench.workloads import listing


class Medians(unittest.TestCase):
    def test_a_spread_is_median_lowest_and_highest(self):
        self.assertEqual(figures.spread([3, 1, 2]), figures.Spread(2, 1, 3, 3))

    def test_disturbed_rounds_do_not_count_while_half_are_calm(self):
        self.assertEqual(figures.calm([(1, False), (9, True)]), ([1], False))

    def test_all_rounds_count_and_are_marked_when_most_are_disturbed(self):
        self.assertEqual(figures.calm([(1, False), (8, True), (9, True)]), ([1, 8, 9], True))


class Ratios(unittest.TestCase):
    def test_a_ratio_is_the_median_of_the_ratios_of_each_round(self):
        case = sample.case(hpc=sample.rounds(1, 2, 30), openssh=sample.rounds(2, 2, 10))
        found = figures.ratio_spread(case, "hpc", "openssh", "cpu_per_gib")
        self.assertEqual((found.median, found.low, found.high), (1.0, 0.5, 3.0))

    def test_only_rounds_that_both_have_are_compared(self):
        case = sample.case(hpc=sample.rounds(1, 2), openssh=sample.rounds(4))
        self.assertEqual(figures.ratio_spread(case, "hpc", "openssh", "cpu_per_gib").count, 1)

    def test_a_round_counts_only_if_neither_side_was_disturbed(self):
        case = sample.case(hpc=sample.rounds(1, 1, 9, disturbed={3}), openssh=sample.rounds(2, 2, 2))
        self.assertEqual(figures.ratio_spread(case, "hpc", "openssh", "cpu_per_gib").high, 0.5)

    def test_a_failed_peer_has_no_ratio(self):
        broken = {**sample.rounds(1), "failed": "no"}
        self.assertIsNone(figures.ratio_spread(sample.case(hpc=sample.rounds(1), openssh=broken), "hpc", "openssh", "cpu_per_gib"))

    def test_nothing_is_divided_by_zero(self):
        self.assertIsNone(figures.ratio_spread(sample.case(hpc=sample.rounds(1), openssh=sample.rounds(0)), "hpc", "openssh", "cpu_per_gib"))


class Rounds(unittest.TestCase):
    def test_each_round_begins_with_the_next_peer(self):
        self.assertEqual([figures.rotated("abc", n)[0] for n in range(4)], ["a", "b", "c", "a"])
        self.assertEqual(sorted(figures.rotated("abc", 2)), ["a", "b", "c"])

    def test_no_peers_have_no_order(self):
        self.assertEqual(figures.rotated([], 3), [])


class Metering(unittest.TestCase):
    def test_what_reading_the_counters_costs_is_taken_off(self):
        first, second, last = {"allocated": 1000}, {"allocated": 1100}, {"allocated": 1700}
        self.assertEqual(meter.scrape_free(first, second, last), {"allocated": 500})

    def test_growth_is_never_below_zero(self):
        self.assertEqual(meter.scrape_free({"a": 0}, {"a": 100}, {"a": 150}), {"a": 0.0})

    def test_a_counter_that_is_not_always_there_is_left_out(self):
        self.assertEqual(meter.scrape_free({}, {"a": 1}, {"a": 2}), {})

    def test_a_run_is_disturbed_by_more_than_a_quarter_of_a_core(self):
        self.assertFalse(meter.is_disturbed(1.0, 4.0))
        self.assertTrue(meter.is_disturbed(1.1, 4.0))

    def test_a_few_ticks_do_not_mark_a_short_run(self):
        self.assertFalse(meter.is_disturbed(0.04, 0.05))


class Texts(unittest.TestCase):
    def test_metrics_are_found_with_and_without_labels(self):
        text = ('# TYPE x counter\ndotnet_gc_allocated_bytes_total 1306200\n'
                'dotnet_gc_pause_seconds_total{scope="a"} 0.25\nother 3\n')
        self.assertEqual(hpc.parse_metrics(text), {"allocated": 1306200.0, "gc_pause": 0.25})

    def test_names_of_a_listing_are_the_last_words(self):
        text = "sftp> ls -l many\n-rw-r--r--    ? 0  0  5 Jan  1 00:00 many/entry-000001.dat\n-rw-r--r-- 1 0 0 5 Jan 1 entry-000002.dat\n"
        self.assertEqual(listing.names_in(text), ["entry-000001.dat", "entry-000002.dat"])


if __name__ == "__main__":
    unittest.main()
