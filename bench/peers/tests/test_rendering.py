import copy
import os
import tempfile
import unittest
from xml.etree import ElementTree

import context  # noqa: F401
import sample
from peerbench import render, render_text, results as store, svg, targets
from peerbench.figures import Spread

LIMITS = {"ours": "hpc", "against": "openssh", "min_rounds": 3, "targets": [
    {"figure": "download", "case": "download.aes128-gcm.1", "value": "cpu_per_gib", "scale": 1024,
     "must": {"ratio_at_most": 0.4}, "aim": {"at_most": 0.1}}]}


def two_peers(**more):
    return sample.case(hpc=sample.rounds(0.3, 0.2, 0.4), openssh=sample.rounds(1, 1, 1), **more)


class Markdown(unittest.TestCase):
    def test_a_row_has_medians_and_the_ratio_with_its_spread(self):
        text = render_text.markdown(sample.results(two_peers()))
        self.assertIn("| title of download.aes128-gcm.1 | server CPU, s/GiB | 0.300 | 1.000 | 0.30 (0.20–0.40) |", text)

    def test_a_failed_run_is_no_figure(self):
        case = sample.case(hpc=sample.rounds(1), openssh={"rounds": [], "failed": "content `differs`\nhere", "unsupported": False})
        text = render_text.markdown(sample.results(case))
        self.assertIn("| **failed** | – |", text)
        self.assertIn("failed: `content differs here`", text)

    def test_a_missing_algorithm_is_told_from_a_failure(self):
        case = sample.case(hpc=sample.rounds(1), openssh={"rounds": [], "failed": "no matching cipher", "unsupported": True})
        self.assertIn("| not offered | – |", render_text.markdown(sample.results(case)))

    def test_figures_from_disturbed_runs_are_marked(self):
        case = sample.case(hpc=sample.rounds(0.5, disturbed={1}), openssh=sample.rounds(1))
        self.assertIn("| ~0.500 | 1.000 | ~0.50 |", render_text.markdown(sample.results(case)))

    def test_the_cpu_between_the_runs_is_shown(self):
        case = sample.case(hpc={**sample.rounds(1), "cpu_measured": 2.0, "cpu_outside": 0.5}, openssh=sample.rounds(1))
        self.assertIn("| title of download.aes128-gcm.1 | 0.500 of 2.500 | – |", render_text.markdown(sample.results(case)))

    def test_every_table_row_has_as_many_cells_as_its_head(self):
        text = render_text.markdown(sample.results(two_peers(), sample.case("list", "list", ("cpu", "wall"), hpc=sample.rounds(1, figure="cpu"))))
        blocks = [b for b in text.split("\n\n") if b.startswith("|")]
        self.assertTrue(blocks)
        for block in blocks:
            self.assertEqual(len({line.count("|") for line in block.splitlines()}), 1, block)


class Plots(unittest.TestCase):
    def test_every_plot_is_well_formed_and_names_its_peers(self):
        made = render.plots(sample.results(two_peers()))
        self.assertEqual(set(made), {"cpu-per-gib.svg", "ratios-cost.svg"})
        for text in made.values():
            self.assertIn("prefers-color-scheme:dark", text)
            words = [e.text for e in ElementTree.fromstring(text).iter("{http://www.w3.org/2000/svg}text")]
            self.assertIn("openssh", words)

    def test_a_bar_is_as_long_as_its_value(self):
        text = svg.bars("t", "s", ["a", "b"], [("row", {"a": Spread(1, 1, 1, 1), "b": Spread(2, 2, 2, 1)})])
        widths = [float(e.get("width")) for e in ElementTree.fromstring(text).iter("{http://www.w3.org/2000/svg}rect")
                  if e.get("x") == str(svg.LEFT)]
        self.assertAlmostEqual(widths[1] / widths[0], 2, delta=0.01)

    def test_steps_are_round_numbers(self):
        self.assertEqual([svg.nice_step(v) for v in (0, 4.9, 12, 0.9)], [1.0, 1.0, 5.0, 0.2])

    def test_ticks_enclose_the_values(self):
        for low, high in ((0.03, 2), (0.5, 2), (1, 70), (0.02, 0.02)):
            ticks = svg.log_ticks(low, high)
            self.assertLessEqual(ticks[0], low * 1.001)
            self.assertGreaterEqual(ticks[-1], high * 0.999)


    def test_a_row_names_its_figure_unless_it_is_understood(self):
        case = sample.case("logins.sequential")
        self.assertEqual(render.row_label(case, "server CPU"), "title of logins.sequential")
        self.assertEqual(render.row_label(case, "wall"), "title of logins.sequential: wall")


class Checks(unittest.TestCase):
    def check(self, case):
        return targets.check(sample.results(case), LIMITS)

    def test_a_ratio_and_an_absolute_bound_are_told_apart(self):
        text, fine = self.check(two_peers())
        self.assertTrue(fine)
        self.assertIn("| download | ≤ 0.4 × | ≤ 0.1 s/GiB | 0.300 s/GiB; 0.30 (0.20–0.40) × | met | missed |", text)

    def test_of_several_peers_the_best_one_counts(self):
        peers = {"slow-ftpd": sample.rounds(2, 2, 2), "quick-ftpd": sample.rounds(1, 1, 1), "lame_ftpd": {"rounds": [], "failed": "no"}}
        case = sample.case(hpc=sample.rounds(0.3, 0.3, 0.3), **peers)
        target = {**LIMITS["targets"][0], "against": ["absent-ftpd", *peers]}
        text, fine = targets.check(sample.results(case), {**LIMITS, "targets": [target]})
        self.assertTrue(fine)
        self.assertIn("0.30 (0.30–0.30) × quick-ftpd", text)
        self.assertEqual(targets.best_of(case, list(peers), "mb_s"), "slow-ftpd")

    def test_a_missed_bound_fails_the_check(self):
        _, fine = self.check(sample.case(hpc=sample.rounds(0.9, 0.9, 0.9), openssh=sample.rounds(1, 1, 1)))
        self.assertFalse(fine)

    def test_too_few_rounds_decide_nothing(self):
        text, fine = self.check(sample.case(hpc=sample.rounds(0.9, 0.9), openssh=sample.rounds(1, 1)))
        self.assertTrue(fine)
        self.assertIn("(2 of 3 rounds) | unknown | unknown |", text)

    def test_rounds_that_do_not_count_are_not_among_them(self):
        text, _ = self.check(sample.case(hpc=sample.rounds(0.9, 0.9, 0.9, disturbed={2}), openssh=sample.rounds(1, 1, 1)))
        self.assertIn("(2 of 3 rounds) | unknown | unknown |", text)

    def test_disturbed_rounds_decide_nothing(self):
        text, fine = self.check(sample.case(hpc=sample.rounds(0.9, 0.9, 0.9, disturbed={1, 2}), openssh=sample.rounds(1, 1, 1)))
        self.assertTrue(fine)
        self.assertIn("~0.900 s/GiB; ~0.90 (0.90–0.90) × | unknown | unknown |", text)
        self.assertIn("Of what must be: 0 met, 0 missed, 1 unknown, 0 not measured.", text)

    def test_a_file_that_is_not_there_is_named(self):
        with self.assertRaisesRegex(SystemExit, "no/results.json cannot be read"):
            store.load("no/results.json")

    def test_a_failed_run_is_a_missed_bound(self):
        _, fine = self.check(sample.case(hpc={"rounds": [], "failed": "x"}, openssh=sample.rounds(1)))
        self.assertFalse(fine)

    def test_a_run_with_less_data_decides_nothing(self):
        text, fine = self.check(sample.case(scale=64, hpc=sample.rounds(9), openssh=sample.rounds(1)))
        self.assertTrue(fine)
        self.assertIn("(at 64 of 1,024) | unknown | unknown |", text)

    def test_a_case_that_is_not_there_is_not_measured(self):
        text, fine = targets.check(sample.results(), LIMITS)
        self.assertTrue(fine)
        self.assertIn("not measured", text)

    def test_every_target_names_a_known_figure_and_case(self):
        import argparse
        from peerbench.figures import FIGURES
        from peerbench.workloads import WORKLOADS, cases_of
        options = argparse.Namespace(mib=1024, files=10, entries=10, logins=100, idle=10, idle_processes=10, hpc_load=None)
        keys = {c.key for c in cases_of(list(WORKLOADS), options)}
        path = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "targets.json")
        for target in targets.load(path)["targets"]:
            if "elsewhere" not in target:
                self.assertIn(target["case"], keys)
                self.assertIn(target["value"], FIGURES)
                self.assertIn("scale", target)


class Store(unittest.TestCase):
    def test_a_merged_run_replaces_its_cases_and_keeps_the_others(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "results.json")
            old = sample.results(two_peers(), sample.case("list", "list", hpc=sample.rounds(1)))
            store.save(old, path)
            merged = store.begin(path, sample.run(hpc="hpc 2"), merge=True)
            store.add_case(merged, {k: v for k, v in sample.case("list", "list", hpc=sample.rounds(7)).items() if k != "run"})
            store.save(merged, path)
            again = store.load(path)
        self.assertEqual(again["cases"]["list"]["run"], 1)
        self.assertEqual(again["cases"]["list"]["peers"]["hpc"]["rounds"][0]["values"]["cpu_per_gib"], 7)
        self.assertEqual(again["cases"]["download.aes128-gcm.1"]["run"], 0)

    def test_a_run_of_which_no_case_is_left_is_dropped(self):
        results = sample.results(two_peers())
        results["runs"].append(sample.run(hpc="hpc 2"))
        store.add_case(results, copy.deepcopy(two_peers()))
        self.assertEqual([r["peers"]["hpc"]["version"] for r in results["runs"]], ["hpc 2"])
        self.assertEqual(results["cases"]["download.aes128-gcm.1"]["run"], 0)

    def test_rendering_writes_the_table_and_the_plots(self):
        with tempfile.TemporaryDirectory() as folder:
            render.write(sample.results(two_peers()), folder)
            self.assertEqual(set(os.listdir(folder)), {"results.md", "cpu-per-gib.svg", "ratios-cost.svg"})


if __name__ == "__main__":
    unittest.main()
