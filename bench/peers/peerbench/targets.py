"""Compares results with targets.json. Pure but for load."""
import json

from .figures import FIGURES, ratio_spread, value_spread
from .render_text import MARK, NONE, number, ratio_text, table

MET, MISSED, UNKNOWN, UNMEASURED = "met", "missed", "unknown", "not measured"


def load(path):
    with open(path) as f:
        return json.load(f)


def bound_text(bound, unit):
    if not bound:
        return NONE
    (kind, limit), = bound.items()
    sign = "≤" if kind.endswith("at_most") else "≥"
    return f"{sign} {limit:g}" + (" ×" if kind.startswith("ratio") else f" {unit}")


def verdict(bound, ratio, value, min_rounds):
    """Too few rounds, or rounds that other work of the machine has disturbed, decide nothing."""
    if not bound:
        return NONE
    (kind, limit), = bound.items()
    found = ratio if kind.startswith("ratio") else value
    if found is None:
        return UNMEASURED
    if found.noisy or found.count < min_rounds:
        return UNKNOWN
    return MET if (found.median <= limit if kind.endswith("at_most") else found.median >= limit) else MISSED


def scale_of(case, ours):
    """What the case was measured with: its own scale, or the sessions of an idle case."""
    sessions = [r["sessions"] for r in case["peers"].get(ours, {}).get("rounds", []) if "sessions" in r]
    return min(sessions) if sessions else case.get("scale")


def best_of(case, peers, name):
    """The peer with the best median of a figure: the one that is named, or one of several."""
    if isinstance(peers, str):
        return peers
    found = {p: s.median for p in peers if (s := value_spread(case, p, name))}
    best = min if FIGURES[name].lower_is_better else max
    return best(found, key=found.get) if found else peers[0]


def judge(results, target, ours, against, min_rounds):
    """(value text, must, aim) of one target."""
    case = results["cases"].get(target.get("case"))
    if case is None:
        return target.get("elsewhere", NONE), UNMEASURED, UNMEASURED
    name = target["value"]
    peer = best_of(case, target.get("against", against), name)
    ratio, value = ratio_spread(case, ours, peer, name), value_spread(case, ours, name)
    if value is None:
        return "failed", MISSED, MISSED
    figure = FIGURES[name]
    text = (MARK if value.noisy else "") + f"{number(value.median, figure.digits)} {figure.unit}" + (f"; {ratio_text(ratio)} ×" if ratio else "")
    if ratio and peer != against:
        text += f" {peer}"
    scale = scale_of(case, ours)
    if target.get("scale") and (scale or 0) < target["scale"]:
        return f"{text} (at {scale or 0:,} of {target['scale']:,})", UNKNOWN, UNKNOWN
    counted = min(s.count for s in (ratio, value) if s)
    if counted < min_rounds:
        text += f" ({counted} of {min_rounds} rounds)"
    return text, verdict(target["must"], ratio, value, min_rounds), verdict(target["aim"], ratio, value, min_rounds)


def check(results, targets):
    """(table and how many of each verdict, True if no "must" that could be decided is missed)."""
    ours, against, min_rounds = targets["ours"], targets["against"], targets.get("min_rounds", 1)
    rows, fine = [], True
    for target in targets["targets"]:
        text, must, aim = judge(results, target, ours, against, min_rounds)
        unit = FIGURES[target["value"]].unit if target.get("value") else ""
        fine &= must != MISSED
        rows.append([target["figure"], bound_text(target["must"], unit) or NONE, bound_text(target["aim"], unit), text, must, aim])
    verdicts = [row[4] for row in rows]
    counts = ", ".join(f"{verdicts.count(word)} {word}" for word in (MET, MISSED, UNKNOWN, UNMEASURED))
    return table(["figure", "must", "aim", "measured", "must is", "aim is"], rows) + f"\n\nOf what must be: {counts}.", fine
