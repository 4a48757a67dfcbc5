"""Lines as they come, a table of what was judged, and a file for machines."""
import json
import pathlib
import sys
import time


class Report:
    def __init__(self, scenario, folder=None):
        self.scenario, self.folder, self.begin = scenario, pathlib.Path(folder) if folder else None, time.monotonic()
        self.figures, self.judged = {}, []

    def say(self, text):
        print(f"[{time.monotonic() - self.begin:7.1f} s] {text}", flush=True)

    def figure(self, name, value, unit=""):
        """A figure that was measured: one line, and a key of the file."""
        self.figures[name] = value
        self.say(f"{name} = {round(value, 4) if isinstance(value, float) else value}{' ' + unit if unit else ''}")
        return value

    def judge(self, what, value, wanted, holds):
        self.judged.append({"what": what, "value": value, "wanted": wanted, "passed": bool(holds)})
        self.say(f"{'PASS' if holds else 'FAIL'}  {what}: {value} (wanted {wanted})")

    def skip(self, what, why):
        self.judged.append({"what": what, "value": None, "wanted": why, "passed": None})
        self.say(f"SKIP  {what}: {why}")

    def end(self):
        """Prints the table and writes the file; whether nothing failed."""
        print(f"\n{self.scenario}")
        for one in self.judged:
            verdict = {True: "PASS", False: "FAIL", None: "SKIP"}[one["passed"]]
            print(f"  {verdict}  {one['what']}: {one['value'] if one['value'] is not None else '–'} ({one['wanted']})")
        sys.stdout.flush()
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
            body = {"scenario": self.scenario, "seconds": round(time.monotonic() - self.begin, 1), "judged": self.judged, "figures": self.figures}
            (self.folder / f"{self.scenario}.json").write_text(json.dumps(body, indent=2) + "\n")
        return all(one["passed"] is not False for one in self.judged)
