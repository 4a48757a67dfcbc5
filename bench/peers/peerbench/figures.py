"""What is computed from measured rounds. Pure."""
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    title: str
    unit: str
    digits: int
    lower_is_better: bool = True


FIGURES = {
    "cpu_per_gib": Figure("server CPU", "s/GiB", 3),
    "mb_s": Figure("speed", "MB/s", 0, False),
    "cpu_per_file": Figure("server CPU", "µs/file", 1),
    "files_s": Figure("files", "1/s", 0, False),
    "cpu": Figure("server CPU", "s", 3),
    "wall": Figure("wall", "s", 2),
    "cpu_per_login": Figure("server CPU", "ms/login", 3),
    "logins_per_cpu_s": Figure("logins per CPU second", "1/s", 0, False),
    "logins_s": Figure("logins", "1/s", 1, False),
    "wall_per_login": Figure("wall", "ms/login", 1),
    "memory_per_session": Figure("memory", "KiB/session", 1),
    "allocated_per_gib": Figure("allocated", "MB/GiB", 3),
}


@dataclass(frozen=True)
class Spread:
    """Median with the lowest and the highest value; noisy if disturbed runs had to be counted."""
    median: float
    low: float
    high: float
    count: int
    noisy: bool = False


def spread(values, noisy=False):
    return Spread(median(values), min(values), max(values), len(values), noisy)


def calm(pairs):
    """(values, noisy): of (value, disturbed) pairs the undisturbed, if they are at least half; else all of them."""
    quiet = [value for value, disturbed in pairs if not disturbed]
    if quiet and 2 * len(quiet) >= len(pairs):
        return quiet, False
    return [value for value, _ in pairs], True


def rounds_of(case, peer):
    """Rounds of one peer by their number; none if it failed or was not measured."""
    entry = case["peers"].get(peer)
    if not entry or entry.get("failed"):
        return {}
    return {r["round"]: r for r in entry["rounds"]}


def value_spread(case, peer, figure):
    pairs = [(r["values"][figure], r["disturbed"]) for r in rounds_of(case, peer).values() if figure in r["values"]]
    return spread(*calm(pairs)) if pairs else None


def raw_spread(case, peer, name):
    """Like value_spread for a raw measurement (rss_peak, gc_pause …)."""
    pairs = [(r[name], r["disturbed"]) for r in rounds_of(case, peer).values() if name in r]
    return spread(*calm(pairs)) if pairs else None


def ratio_spread(case, ours, peer, figure):
    """ours : peer, one ratio per round in which both were measured."""
    mine, theirs = rounds_of(case, ours), rounds_of(case, peer)
    pairs = []
    for number in sorted(mine.keys() & theirs.keys()):
        a, b = mine[number], theirs[number]
        if figure in a["values"] and b["values"].get(figure):
            pairs.append((a["values"][figure] / b["values"][figure], a["disturbed"] or b["disturbed"]))
    return spread(*calm(pairs)) if pairs else None


def rotated(items, round_number):
    """The order of a round: the next one begins each time."""
    if not items:
        return []
    at = round_number % len(items)
    return list(items[at:]) + list(items[:at])
