"""Compares results with targets.json. Pure but for load."""
import json

from .figures import FIGURES, ratio_spread, value_spread
from .render_text import NONE, number, ratio_text, table

MET, MISSED, UNKNOWN = "met", "missed", "not measured"


def load(path):
    with open(path) as f:
        return json.load(f)


def bound_text(bound, unit):
    if not bound:
        return NONE
    (kind, limit), = bound.items()
    sign = "≤" if kind.endswith("at_most") else "≥"
    return f"{sign} {limit:g}" + (" ×" if kind.startswith("ratio") else f" {unit}")


def holds(bound, ratio, value):
    """True, False, or None if what the bound is about was not measured."""
    if not bound:
        return None
    (kind, limit), = bound.items()
    found = ratio if kind.startswith("ratio") else value
    if found is None:
        return None
    return found.median <= limit if kind.endswith("at_most") else found.median >= limit


def scale_of(case, ours):
    """What the case was measured with: its own scale, or the sessions of an idle case."""
    sessions = [r["sessions"] for r in case["peers"].get(ours, {}).get("rounds", []) if "sessions" in r]
    return min(sessions) if sessions else case.get("scale")


def judge(results, target, ours, against):
    """(value text, must, aim) of one target."""
    case = results["cases"].get(target.get("case"))
    if case is None:
        return target.get("elsewhere", NONE), UNKNOWN, UNKNOWN
    name = target["value"]
    ratio, value = ratio_spread(case, ours, against, name), value_spread(case, ours, name)
    if value is None:
        return "failed", MISSED, MISSED
    figure = FIGURES[name]
    text = f"{number(value.median, figure.digits)} {figure.unit}" + (f"; {ratio_text(ratio)} ×" if ratio else "")
    scale = scale_of(case, ours)
    if target.get("scale") and (scale or 0) < target["scale"]:
        return f"{text} (at {scale:,} of {target['scale']:,})", UNKNOWN, UNKNOWN
    words = {True: MET, False: MISSED, None: UNKNOWN}
    return text, words[holds(target["must"], ratio, value)], words[holds(target["aim"], ratio, value)] if target["aim"] else NONE


def check(results, targets):
    """(table, True if no measured "must" is missed)."""
    ours, against = targets["ours"], targets["against"]
    rows, fine = [], True
    for target in targets["targets"]:
        text, must, aim = judge(results, target, ours, against)
        unit = FIGURES[target["value"]].unit if target.get("value") else ""
        fine &= must != MISSED
        rows.append([target["figure"], bound_text(target["must"], unit) or NONE, bound_text(target["aim"], unit), text, must, aim])
    return table(["figure", "must", "aim", "measured", "must is", "aim is"], rows), fine
