"""results.md and the check against targets. Pure: results in, text out."""
from .figures import FIGURES, raw_spread, ratio_spread, value_spread
from .results import peers_of

NONE = "–"
MARK = "~"


def number(value, digits):
    return f"{value:,.{digits}f}"


def ratio_digits(value):
    return 2 if value < 10 else 1 if value < 100 else 0


def ratio_text(spread):
    if spread is None:
        return NONE
    low, middle, high = (number(v, ratio_digits(v)) for v in (spread.low, spread.median, spread.high))
    return (MARK if spread.noisy else "") + (middle if spread.count == 1 else f"{middle} ({low}–{high})")


def value_text(case, peer, figure):
    entry = case["peers"].get(peer)
    if entry is None:
        return NONE
    if entry.get("failed"):
        return "not offered" if entry.get("unsupported") else "**failed**"
    found = value_spread(case, peer, figure)
    return NONE if found is None else (MARK if found.noisy else "") + number(found.median, FIGURES[figure].digits)


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def workload_table(cases, peers, ours):
    others = [p for p in peers if p != ours]
    head = ["", "", ours]
    for peer in others:
        head += [peer, f"{ours} : {peer}"]
    rows = []
    for case in cases:
        for i, name in enumerate(case["figures"]):
            figure = FIGURES[name]
            row = [case["title"] if i == 0 else "", f"{figure.title}, {figure.unit}", value_text(case, ours, name)]
            for peer in others:
                row += [value_text(case, peer, name), ratio_text(ratio_spread(case, ours, peer, name))]
            rows.append(row)
    return table(head, rows)


def memory_table(cases, peers):
    rows = []
    for case in cases:
        row = [case["title"]]
        for peer in peers:
            found = raw_spread(case, peer, "rss_peak")
            row.append(NONE if found is None else number(found.median / (1 << 20), 0))
        rows.append(row)
    return table(["peak RSS, MiB", *peers], rows)


def outside_table(cases, peers):
    """How much of its CPU a server has used outside of the measured runs, over all rounds of a case."""
    rows = []
    for case in cases:
        row = [case["title"]]
        for peer in peers:
            entry = case["peers"].get(peer, {})
            whole = entry.get("cpu_measured", 0) + entry.get("cpu_outside", 0)
            row.append(f"{number(entry['cpu_outside'], 3)} of {number(whole, 3)}" if whole else NONE)
        if row.count(NONE) < len(peers):
            rows.append(row)
    return table(["CPU outside of the measured runs, s", *peers], rows) if rows else ""


def own_table(cases, ours):
    rows = []
    for case in cases:
        allocated, pause = raw_spread(case, ours, "allocated"), raw_spread(case, ours, "gc_pause")
        if allocated is None or pause is None:
            continue
        per_gib = value_spread(case, ours, "allocated_per_gib")
        rows.append([case["title"], number(allocated.median / 1e6, 2), NONE if per_gib is None else number(per_gib.median, 2),
                     number(pause.median * 1e3, 1)])
    return table([f"{ours}", "allocated, MB", "allocated, MB/GiB", "GC pause, ms"], rows) if rows else ""


def digest_text(run):
    digest = run["peers"].get("hpc", {}).get("sha256")
    return f" (SHA-256 of hpc {digest[:16]}…)" if digest else ""


def run_lines(results):
    for i, run in enumerate(results["runs"]):
        m = run["machine"]
        keys = [c["key"] for c in results["cases"].values() if c["run"] == i]
        versions = "; ".join(f"{name}: {entry['version']}" for name, entry in run["peers"].items())
        idle = ", ".join(f"{name} {entry['idle_rss'] / (1 << 20):.0f}" for name, entry in run["peers"].items())
        yield (f"- {m['date'][:16].replace('T', ' ')}: {m['cpu']}, {m['cores']} cores, {m['memory_gib']} GiB, {m['os']}, kernel {m['kernel']}; "
               f"files on {m['files_on']}; commit {run['commit'] or 'unknown'}{digest_text(run)}; rounds: {run['options']['rounds']}; "
               f"server CPU by {run['accounting']}. {versions}. RSS at rest before the first login, MiB: {idle}."
               + (f" Cases: {', '.join(keys)}." if len(results["runs"]) > 1 else ""))


def disturbed_line(results):
    rounds = [r for c in results["cases"].values() for p in c["peers"].values() for r in p["rounds"]]
    disturbed = sum(r["disturbed"] for r in rounds)
    return f"{disturbed} of {len(rounds)} measured runs were disturbed by other work on the machine."


def failures(results):
    for case in results["cases"].values():
        for peer, entry in case["peers"].items():
            if entry.get("failed"):
                word = "no common algorithm" if entry.get("unsupported") else "failed"
                yield f"- {peer}, {case['title']}: {word}: `{' '.join(entry['failed'].split()).replace('`', '')}`"


HEADINGS = {"big": "Large files", "small": "Small files", "list": "Listing", "logins": "Logins", "idle": "Idle sessions",
            "ftp-big": "FTP: large files", "ftp-small": "FTP: small files", "ftp-logins": "FTP: logins", "ftp-idle": "FTP: idle sessions"}
PLOTS = {"cpu-per-gib.svg": "Server CPU per GiB", "speed.svg": "Speed", "ratios-cost.svg": "Ratios of cost", "ratios-speed.svg": "Ratios of speed"}


def markdown(results, plots=()):
    peers, ours = peers_of(results), "hpc"
    cases = list(results["cases"].values())
    parts = ["# hpc and its peers", "Generated by `bench/peers/run.py`; docs/benchmarks.md says what each figure means.",
             "\n".join(run_lines(results)),
             f"Medians over the rounds. `{ours} : peer` is the median of the per-round ratios, with the lowest and the highest in parentheses. "
             f"{MARK} stands before a figure that had to count disturbed runs. " + disturbed_line(results)]
    for workload, heading in HEADINGS.items():
        chosen = [c for c in cases if c["workload"] == workload]
        if chosen:
            parts += [f"## {heading}", workload_table(chosen, [p for p in peers if any(p in c["peers"] for c in chosen)], ours)]
            if workload in ("idle", "ftp-idle"):
                parts.append(idle_line(chosen[0]))
    parts += ["## Memory", memory_table(cases, peers)]
    own = own_table(cases, ours)
    if own:
        parts += ["## Allocation and garbage collection", own]
    outside = outside_table(cases, peers)
    if outside:
        parts += ["## CPU between the runs", outside]
    failed = list(failures(results))
    if failed:
        parts += ["## What did not run", "\n".join(failed)]
    if plots:
        parts += ["## Plots", "\n".join(f"![{PLOTS[p]}]({p})" for p in plots)]
    return "\n\n".join(parts) + "\n"


def idle_line(case):
    told = []
    for peer, entry in case["peers"].items():
        if entry["rounds"]:
            last = entry["rounds"][-1]
            told.append(f"{peer} {last['sessions']:,} by {last['client']}")
    return "Sessions: " + ", ".join(told) + "."
