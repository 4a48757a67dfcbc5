"""1: one limit over all nodes, while the demand moves between them."""
import math
import random
import time

from harness import clients, wire
from harness.cluster import Cluster
from harness.windows import most_beyond, percentile, rate_between, window_rates

LIMIT_KIB = 39062
LIMIT = LIMIT_KIB * 1024
TICK = 1.0
SHARE_LEASE = 2.25
# The largest operation of OpenSSH's sftp with few requests under way, and of any client.
OPERATION = 256 * 1024
TOLERANCE = 0.03
MOST = 20
KILLS, QUICK_KILLS = 8, 2


class Phase:
    settles = 2 * TICK

    def __init__(self, name, demand):
        self.name, self.demand, self.begin, self.end = name, demand, 0.0, 0.0


def phases(options):
    """Demand of each node; a third node joins before the third phase and is killed before the last."""
    if options.nodes < 3:
        return [Phase("alone", [12]), Phase("many", [MOST]), Phase("two", [2])]
    first = [Phase("two nodes", [12, 12, 0]), Phase("third joins", [8, 8, 8])]
    shifts = [Phase("20/2/2", [MOST, 2, 2]), Phase("2/20/2", [2, MOST, 2]), Phase("2/2/20", [2, 2, MOST])]
    last = [Phase("third killed", [12, 12, 0])]
    return first + (shifts[:1] if options.quick else shifts) + last


def run(options, report):
    cases = options.cases or (["down"] if options.quick else ["down", "up", "group", "kill"])
    for case in cases:
        {"down": down, "up": up, "group": group, "kill": kill}[case](options, report)


def length_of(options):
    return (9.0, 5.0) if options.quick else (20.0, 10.0)


def down(options, report):
    with Cluster(options.nodes, options.settings, clustered=options.clustered, keep=options.out) as cluster:
        cluster.start(*cluster.nodes[:2])
        home = cluster.add_user("ann", download_bandwidth=LIMIT_KIB)
        with open(home / "large", "wb") as file:
            file.truncate(1 << 40)
        framing = framing_of(cluster, report)
        totals = wire.Totals([node.port for node in cluster.nodes], 3)
        with wire.Sampler(lambda: {port: moved / framing for port, moved in totals.update().items()}) as sampler:
            done = drive(cluster, options, report, sampler, lambda node, number: ("ann", "get large /dev/null\n"))
        judge(report, "down", done, sampler.series(), LIMIT, options)
        per_node(report, "down", cluster, sampler, done)


def up(options, report):
    with Cluster(options.nodes, options.settings, clustered=options.clustered, keep=options.out) as cluster:
        cluster.start(*cluster.nodes[:2])
        home = cluster.add_user("ann", upload_bandwidth=LIMIT_KIB)
        source = endless_source(cluster)
        with wire.Sampler(wire.sizes_of({"ann": home})) as sampler:
            done = drive(cluster, options, report, sampler, lambda node, number: ("ann", f"put {source} up-{node.name}-{number}\n"))
        judge(report, "up", done, sampler.series(), LIMIT, options)


def group(options, report):
    """Two groups, two users in each; every user on every node."""
    with Cluster(options.nodes, options.settings, clustered=options.clustered, keep=options.out) as cluster:
        cluster.start(*cluster.nodes[:2])
        half, homes, users = LIMIT_KIB // 2, {}, []
        for name in ("red", "blue"):
            cluster.first.rest.post("/groups", {"name": name, "total_upload_bandwidth": half})
        # Both groups are on every node, also where there are two transfers.
        for user in ("red1", "blue1", "red2", "blue2"):
            homes[user] = cluster.add_user(user, groups=[{"name": user[:-1], "type": 1}])
            users.append(user)
        source = endless_source(cluster)
        with wire.Sampler(wire.sizes_of(homes)) as sampler:
            done = drive(cluster, options, report, sampler, lambda node, number: (users[number % 4], f"put {source} up-{node.name}-{number}\n"))
        for name in ("red", "blue"):
            judge(report, f"group {name}", done, sampler.series(f"{name}1", f"{name}2"), half * 1024, options, 0.5)


def kill(options, report):
    """A node that has most of the limit is killed, again and again, at any time between two of its ticks."""
    with Cluster(3, options.settings, clustered=options.clustered, keep=options.out) as cluster:
        cluster.start(*cluster.nodes)
        home = cluster.add_user("ann", download_bandwidth=LIMIT_KIB)
        with open(home / "large", "wb") as file:
            file.truncate(1 << 40)
        framing, low, high, running = framing_of(cluster, report), 0.0, 0.0, {node.name: [] for node in cluster.nodes}
        totals, last = wire.Totals([node.port for node in cluster.nodes], 3), cluster.nodes[2]
        with wire.Sampler(lambda: {port: moved / framing for port, moved in totals.update().items()}) as sampler:
            try:
                for number in range(QUICK_KILLS if options.quick else KILLS):
                    for node in cluster.nodes:
                        if not running[node.name]:
                            open_all(cluster, node, running, lambda *_: ("ann", "get large /dev/null\n"))
                    divide(cluster, running, [2, 2, MOST])
                    time.sleep(5 + random.random())
                    last.kill()
                    killed = time.monotonic()
                    divide(cluster, running, [12, 12, 0])
                    time.sleep(12.5)
                    rates = [rate / LIMIT - 1 for rate in window_rates(sampler.series(), 10.0, killed + 2 * TICK, time.monotonic())]
                    low, high = min(low, *rates), max(high, *rates)
                    report.say(f"kill {number}: windows of 10 s from 2 ticks on: {100 * min(rates):+.2f} % to {100 * max(rates):+.2f} %")
                    divide(cluster, running, [0, 0, 0])
                    while running[last.name]:
                        running[last.name].pop().end()
                    last.start()
            finally:
                for client in (one for several in running.values() for one in several):
                    client.end()
        report.judge("kill: windows of 10 s from 2 ticks after a kill", f"{100 * low:+.2f} % to {100 * high:+.2f} %", f"within {100 * TOLERANCE:.0f} %", max(-low, high) <= TOLERANCE)


def divide(cluster, running, demand):
    for node, wanted in zip(cluster.nodes, demand):
        for number, client in enumerate(running[node.name]):
            (client.thaw if number < wanted else client.freeze)()


def endless_source(cluster):
    source = cluster.client / "source"
    with open(source, "wb") as file:
        file.truncate(1 << 40)
    return source


def framing_of(cluster, report):
    """Bytes of the connection for each byte of a file."""
    size = 32 << 20
    home = cluster.add_user("probe")
    with open(home / "file", "wb") as file:
        file.truncate(size)
    node = cluster.first
    totals = wire.Totals([node.port], 3)
    with wire.Sampler(totals.update, 0.02):
        client = clients.sftp(cluster, node, "probe", "get file /dev/null\n")
        clients.wait_for(lambda: not client.is_alive, 60, "a download without limit")
    # What the last reading has not seen is the good-bye.
    return report.figure("bytes of a connection per byte of a file", totals.by_port[node.port] / size)


def drive(cluster, options, report, sampler, work):
    """The phases, with their times. All clients that will be wanted are logged in first; demand moves by stopping and continuing them."""
    running, length, done = {node.name: [] for node in cluster.nodes}, length_of(options)[0], []
    try:
        for node in cluster.nodes[:2]:
            open_all(cluster, node, running, work)
        for phase in phases(options):
            if phase.name == "third joins":
                cluster.nodes[2].start()
                open_all(cluster, cluster.nodes[2], running, work)
            if phase.name == "third killed":
                cluster.nodes[2].kill()
            divide(cluster, running, phase.demand)
            phase.begin = time.monotonic()
            time.sleep(length)
            phase.end = time.monotonic()
            done.append(phase)
            rate = rate_between(sampler.series(), phase.begin + phase.settles, phase.end)
            report.say(f"{phase.name:14} {rate / 1e6:8.2f} MB/s")
        for node in cluster.nodes:
            if node.is_alive:
                dead = sum(not client.is_alive for client in running[node.name])
                report.judge(f"clients of node {node.name} cut off", dead, "0", dead == 0)
        return done
    finally:
        for client in (one for several in running.values() for one in several):
            client.end()


def open_all(cluster, node, running, work):
    for number in range(MOST):
        user, script = work(node, number)
        running[node.name].append(clients.sftp(cluster, node, user, script))
        if number % 5 == 4:
            clients.wait_for(lambda: logged_in(node) >= number + 1, 30, f"logins at node {node.name}")
    for client in running[node.name]:
        client.freeze()


def logged_in(node):
    return node.metric("hpc_sessions_active") or node.metric("hpc_sessions") or 0


def judge(report, name, done, series, limit, options, part=1.0):
    _, window = length_of(options)
    worst, rows = 0.0, []
    for phase in done:
        rates = window_rates(series, window, phase.begin + phase.settles, phase.end)
        low, high = min(rates), max(rates)
        off = max(abs(low / limit - 1), abs(high / limit - 1))
        worst = max(worst, off)
        rows.append({"phase": phase.name, "low": low, "high": high, "windows": len(rates)})
        report.say(f"{name}: {phase.name:14} {len(rates):4} windows of {window:.0f} s: {100 * (low / limit - 1):+.2f} % to {100 * (high / limit - 1):+.2f} %")
    report.figures[f"{name}: windows"] = rows
    report.judge(f"{name}: windows of {window:.0f} s from 2 ticks after a shift", f"{100 * worst:.2f} % off at most", f"≤ {100 * TOLERANCE:.0f} %", worst <= TOLERANCE)
    transfers = round(part * max(sum(phase.demand) for phase in done))
    burst = 0.1 * limit + transfers * OPERATION
    beyond, since, until = most_beyond(series, limit, done[0].begin, done[-1].end)
    report.judge(f"{name}: most beyond the limit in any window", f"{beyond / 1e6:.2f} MB in {until - since:.1f} s, {since - done[0].begin:.1f} s after the start",
                 f"≤ {burst / 1e6:.2f} MB: a tenth of a second and an operation of each of {transfers} transfers", beyond <= burst)
    speeds = [(b - a) / (t - s) for (s, a), (t, b) in zip(series, series[1:]) if t > s and done[0].begin + 2 * TICK <= s <= done[-1].end]
    mean = sum(speeds) / len(speeds)
    report.figure(f"{name}: coefficient of variation over 100 ms", math.sqrt(sum((v - mean) ** 2 for v in speeds) / len(speeds)) / mean)
    report.figure(f"{name}: 100 ms windows, p1 and p99 of the limit", [round(percentile(speeds, p) / limit, 3) for p in (0.01, 0.99)])


def per_node(report, name, cluster, sampler, done):
    rows = []
    for phase in done:
        row = {"phase": phase.name, **{node.name: round(rate_between(sampler.series(node.port), phase.begin + phase.settles, phase.end) / 1e6, 2) for node in cluster.nodes}}
        rows.append(row)
        report.say(f"{name}: {row}")
    report.figures[f"{name}: MB/s of nodes"] = rows
