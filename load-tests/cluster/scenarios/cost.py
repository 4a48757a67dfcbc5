"""6: statements per node and tick, and what they cost."""
import json
import pathlib
import subprocess
import sys
import time

from harness import clients, wire
from harness.cluster import Cluster

from .bandwidth import LIMIT_KIB

ROOT = pathlib.Path(__file__).resolve().parents[3]
TICK = 1.0
# A tick is sooner than due when something wants more; not more than ten a second.
MOST_IDLE = 1.1


def run(options, report):
    for case in options.cases or (["ticks"] if options.quick else ["ticks", "simulated"]):
        {"ticks": ticks, "simulated": simulated}[case](options, report)


def ticks(options, report):
    seconds = 8 if options.quick else 30
    with Cluster(options.nodes, options.settings, clustered=options.clustered, keep=options.out) as cluster:
        cluster.start()
        home = cluster.add_user("ann", download_bandwidth=LIMIT_KIB)
        with open(home / "large", "wb") as file:
            file.truncate(1 << 40)
        time.sleep(5)
        idle = measured(cluster, report, "idle", seconds)
        report.judge("idle: ticks of a node per second", f"{idle:.2f}", f"{1 / TICK} to {MOST_IDLE}", 0.9 / TICK <= idle <= MOST_IDLE)
        running = []
        totals = wire.Totals([node.port for node in cluster.nodes], 3)
        try:
            for node in cluster.nodes:
                running += [clients.sftp(cluster, node, "ann", "get large /dev/null\n") for _ in range(4)]
            clients.wait_for(lambda: all(moved > 1 << 20 for moved in totals.update().values()), 60, "downloads")
            time.sleep(3)
            steady = measured(cluster, report, "steady", seconds)
            report.judge("12 downloads under one limit: ticks of a node per second", f"{steady:.2f}", "≤ 2", steady <= 2)
            before, end, number = counters(cluster), time.monotonic() + seconds, 0
            begin = time.monotonic()
            while time.monotonic() < end:
                # One node's transfers stop, another's go on.
                for k, client in enumerate(running):
                    (client.freeze if k // 4 == number % len(cluster.nodes) else client.thaw)()
                number += 1
                time.sleep(1)
            told(cluster, report, "shifting once a second", before, time.monotonic() - begin)
        finally:
            for client in running:
                client.end()


def measured(cluster, report, name, seconds):
    before, begin = counters(cluster), time.monotonic()
    time.sleep(seconds)
    return told(cluster, report, name, before, time.monotonic() - begin)


def counters(cluster):
    cluster.postgres.query("SELECT pg_stat_statements_reset()")
    return cluster.postgres.cpu(), [node.cpu() for node in cluster.nodes]


def told(cluster, report, name, before, seconds):
    rows = cluster.postgres.query("SELECT calls || '|' || round(mean_exec_time::numeric, 3) || '|' || round(max_exec_time::numeric, 1) || '|' || regexp_replace(left(query, 90), '\\s+', ' ', 'g') "
                                  "FROM pg_stat_statements WHERE query !~ 'pg_stat_statements' ORDER BY calls DESC LIMIT 12").splitlines()
    nodes = len(cluster.nodes)
    for row in rows:
        calls, mean, most, query = row.split("|", 3)
        report.say(f"   {int(calls) / seconds / nodes:6.2f} per node and second, mean {mean} ms, max {most} ms: {query}")
    found = [row.split("|", 3) for row in rows if "hpc_cluster_tick" in row]
    calls = sum(int(row[0]) for row in found) / seconds / nodes
    report.figures[f"{name}: statements"] = rows
    report.figure(f"{name}: ticks of a node per second", calls)
    if found:
        report.figure(f"{name}: mean time of a tick's statement", float(found[0][1]), "ms")
    report.figure(f"{name}: processors of PostgreSQL", (cluster.postgres.cpu() - before[0]) / seconds)
    report.figure(f"{name}: processors of each node", [round((node.cpu() - cpu) / seconds, 3) for node, cpu in zip(cluster.nodes, before[1])])
    return calls


def simulated(_, report):
    """Nodes without transfers, made of the same statements (bench/cluster/postgres.py)."""
    for name, arguments in (("one node, 10,000 users that change", ["changed", "--scopes", "10000"]), ("100 nodes, 5,000 users each", ["many", "--nodes", "100", "--users", "5000"])):
        done = subprocess.run([sys.executable, str(ROOT / "bench/cluster/postgres.py"), *arguments, "--seconds", "20"], capture_output=True, text=True, timeout=600)
        if done.returncode:
            report.judge(name, done.stderr.strip()[-300:], "an end without trouble", False)
            continue
        figures = json.loads(done.stdout)
        report.figures[name] = figures
        report.say(f"{name}: {figures}")
        if figures["case"] == "many":
            report.judge(f"{name}: ticks keep up", f"late p99 {figures['late_p99_ms']} ms, tick p99 {figures['p99_ms']} ms, {figures['server_cpus']} processors", "late p99 ≤ 1000 ms, none fenced",
                         figures["late_p99_ms"] <= 1000 and figures["fenced"] == 0)
        else:
            report.figure(f"{name}: p99 of a tick", figures["p99_ms"], "ms")
