"""Writes results.md and the plots beside results.json."""
import os

from . import render_text, svg
from .figures import FIGURES, ratio_spread, value_spread
from .results import peers_of


def bar_groups(results, peers, figure):
    for case in results["cases"].values():
        if figure in case["figures"]:
            found = {p: s for p in peers if (s := value_spread(case, p, figure))}
            if found:
                yield short_title(case), found


def ratio_rows(results, others, lower_is_better):
    for case in results["cases"].values():
        for name in case["figures"]:
            if FIGURES[name].lower_is_better == lower_is_better:
                found = {p: s for p in others if (s := ratio_spread(case, "hpc", p, name)) and s.low > 0}
                if found:
                    yield row_label(case, FIGURES[name].title), found


SHORTER = {" connections": " conn.", " connection": " conn.", ", one session": "", "rclone with 8 transfers": "rclone",
           " one after the other": " in a row", "ctr+sha2-256-etm": "ctr+sha2-etm", "logins per CPU second": "per CPU s"}
UNDERSTOOD = {"server CPU", "speed", "files", "logins", "memory"}  # what a row shows that names only its case


def short(words):
    for long, brief in SHORTER.items():
        words = words.replace(long, brief)
    return words


def short_title(case):
    return short(case["title"])


def row_label(case, figure):
    return short_title(case) if figure in UNDERSTOOD else f"{short_title(case)}: {short(figure)}"


def plots(results):
    """Name -> SVG text of every plot that has something to show."""
    peers = peers_of(results)
    others = [p for p in peers if p != "hpc"]
    first = results["runs"][-1]["machine"]
    where = f"{first['cpu']}, {first['cores']} cores, {first['os']}, {first['date'][:10]}; medians, whiskers from the lowest to the highest round"
    made = {}
    for name, title, figure in (("cpu-per-gib.svg", "Server CPU seconds per GiB (less is better)", "cpu_per_gib"),
                                ("speed.svg", "MB/s with the same client (more is better)", "mb_s")):
        groups = list(bar_groups(results, peers, figure))
        if groups:
            made[name] = svg.bars(title, where, peers, groups)
    for name, title, lower in (("ratios-cost.svg", "hpc : peer, cost: server CPU, memory or what the row says (below 1, hpc costs less)", True),
                               ("ratios-speed.svg", "hpc : peer, how fast it goes (above 1, hpc is faster)", False)):
        rows = list(ratio_rows(results, others, lower))
        if rows:
            made[name] = svg.ratios(title, where, others, rows)
    return made


def write(results, folder):
    made = plots(results)
    for name, content in {"results.md": render_text.markdown(results, list(made)), **made}.items():
        with open(os.path.join(folder, name), "w") as f:
            f.write(content)
