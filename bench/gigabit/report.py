"""JSON for machines, Markdown for people."""
import json
import os
import platform
import statistics

import framing
import search

MUST, AIM = 0.25, 0.10
MB = 1e6
NOT_FILLED = (", which does not fill the link: the client, the protocol or other work of the machine was the limit and not the quota, "
              "so that this run decides nothing")


def median(runs, field):
    values = [r[field] for r in runs if r.get(field) is not None]
    return statistics.median(values) if values else None


def machine():
    model = "unknown"
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {"cpu": model, "processors": os.cpu_count(), "kernel": platform.release()}


def summary(direction, runs_by_quota, plain, share, smallest, rate_mbit, statistic="median"):
    """runs_by_quota has None as the key of the runs without a quota."""
    reference = search.typical([r["payload_bytes_per_second"] for r in runs_by_quota[None]], statistic)
    plain_rate = search.typical(plain, statistic)
    goal = search.goal(reference, plain_rate, framing.payload_share(direction))
    rows = []
    for quota in sorted(runs_by_quota, key=lambda q: float("inf") if q is None else q, reverse=True):
        runs = runs_by_quota[quota]
        if not runs:
            continue
        rates = [r["payload_bytes_per_second"] for r in runs]
        rows.append({"quota": quota, "rounds": len(runs), "share": search.typical(rates, statistic) / goal, "share_min": min(rates) / goal,
                     "share_max": max(rates) / goal, **{k: median(runs, k) for k in runs[0]}})
    is_filled = search.fills(reference, plain_rate, framing.payload_share(direction), share)
    return {"direction": direction, "reference_payload_bytes_per_second": reference, "goal_bytes_per_second": goal, "plain_tcp_bytes_per_second": plain_rate,
            "payload_share_of_tcp": framing.payload_share(direction), "expected_payload_bytes_per_second": plain_rate * framing.payload_share(direction),
            "theoretical_tcp_bytes_per_second": framing.tcp_goodput(rate_mbit), "reference_fills_link": is_filled, "share": share, "smallest_quota": smallest,
            "meets_must": verdict(is_filled, smallest, MUST), "meets_aim": verdict(is_filled, smallest, AIM), "rows": rows}


def exit_code(summaries, wanted):
    """0 if the must is met in every direction, 1 if it is missed in one, 3 if one could not be decided."""
    verdicts = [s["meets_must"] for s in summaries]
    if False in verdicts:
        return 1
    return 0 if len(verdicts) == wanted and all(verdicts) else 3


def verdict(is_filled, smallest, limit):
    """None where the run cannot tell."""
    return (smallest is not None and smallest <= limit) if is_filled else None


def answer(value):
    return "not decided" if value is None else "yes" if value else "no"


def number(value, digits, scale=1.0):
    return "-" if value is None else f"{value / scale:.{digits}f}"


def quota_name(quota):
    return "none" if quota is None else f"{quota:g}"


def table(s):
    yield f"### {s['direction'].capitalize()}"
    yield ""
    yield (f"Plain TCP {number(s['plain_tcp_bytes_per_second'], 2, MB)} MB/s (in theory {number(s['theoretical_tcp_bytes_per_second'], 2, MB)}), "
           f"of which SSH and SFTP leave {s['payload_share_of_tcp']:.2%}: {number(s['expected_payload_bytes_per_second'], 2, MB)} MB/s. "
           f"The server without a quota: {number(s['reference_payload_bytes_per_second'], 2, MB)} MB/s"
           f"{'' if s['reference_fills_link'] else NOT_FILLED}. The payload rate is the larger of both: {number(s['goal_bytes_per_second'], 2, MB)} MB/s.")
    yield ""
    yield "| quota, cores | MB/s sustained | of payload rate (spread) | MB/s wall clock | cores used | CPU s/GiB | CPU s (user + system) | throttled s | throttled periods | rounds |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for r in s["rows"]:
        yield (f"| {quota_name(r['quota'])} | {number(r['payload_bytes_per_second'], 2, MB)} | {r['share']:.1%} ({r['share_min']:.1%} to {r['share_max']:.1%}) "
               f"| {number(r['wall_bytes_per_second'], 1, MB)} | {number(r['cores'], 3)} | {number(r['cpu_seconds_per_gib'], 2)} "
               f"| {number(r.get('cpu_seconds'), 2)} ({number(r.get('user_seconds'), 2)} + {number(r.get('system_seconds'), 2)}) "
               f"| {number(r['throttled_seconds'], 2)} | {r['throttled_periods']:.0f} of {r['periods']:.0f} | {r['rounds']} |")
    yield ""
    smallest = "none of the quotas" if s["smallest_quota"] is None else f"**{s['smallest_quota']:g} core**"
    yield f"Smallest quota that reaches {s['share']:.0%} of the payload rate: {smallest}. Fills the link with at most {MUST:g} core: {answer(s['meets_must'])}; with at most {AIM:g}: {answer(s['meets_aim'])}."
    yield ""


def markdown(report):
    m, l = report["machine"], report["link"]
    lines = [f"# 1 Gbit/s with little CPU: {report['server']}", "",
             f"{report['date']}, {report['version']}, {m['cpu']}, {m['processors']} CPUs, kernel {m['kernel']}, load {report['load_before']:.1f} before and {report['load_after']:.1f} after.", "",
             f"{report['mib']} MiB over {report['connections']} connection(s), {report['cipher']}, OpenSSH `sftp`{' -B ' + str(report['request_bytes']) if report['request_bytes'] else ''} outside of the quota, files on tmpfs. "
             f"Link: tbf {l['rate_mbit']} Mbit/s on both ends, burst {l['burst_bytes']} bytes, latency {l['latency_ms']} ms, {l['offload']}, {l['congestion_control']}. "
             f"Quota: cgroup {report['cgroup']}, period {report['period_ms']:g} ms (longer where the quota would be below 1 ms). Filled: {report['statistic']} of the rounds at least {report['share']:.0%} of the payload rate.", ""]
    for s in report["directions"]:
        lines += table(s)
    if report["failures"]:
        lines += ["### Failed", "", *(f"- {f['direction']}, quota {quota_name(f['quota'])}: `{' '.join(f['error'].split()).replace('`', '')}`" for f in report["failures"]), ""]
    return "\n".join(lines)


def write(report, out):
    os.makedirs(os.path.dirname(os.path.abspath(out)), exist_ok=True)
    with open(out + ".json", "w") as f:
        json.dump(report, f, indent=2)
        f.write("\n")
    with open(out + ".md", "w") as f:
        f.write(markdown(report))
