#!/usr/bin/env python3
"""Cost of the cluster's ticks in PostgreSQL.

Runs the functions of src/Actors/Cluster/Postgres/Migrations against a server of its own (a temporary folder, loopback, a free port; needs psql and PostgreSQL 15 or newer):

    changed    one node, so many changed scopes in each tick: time of the statement (p50, p99) and CPU of the server
    shared     three nodes on the same scopes, all of them changed in each tick
    many       so many nodes, each with its users, of which a part changes per tick; do the ticks keep up with one per second?

Each run is bounded (--seconds). What it prints is JSON.
"""
import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "load-tests/cluster"))

from harness.postgres import Postgres  # noqa: E402

MIGRATIONS = ROOT / "src/Actors/Cluster/Postgres/Migrations"
# Long, so that a machine that is busy with other things does not end leases: what is measured is the cost.
SHARE_LEASE = 120



class Server(Postgres):
    """A PostgreSQL server in a temporary folder, with the tables and functions of a cluster."""

    def __init__(self):
        self._parent = pathlib.Path(tempfile.mkdtemp(prefix="hpccluster-"))
        self._parent.chmod(0o755)
        super().__init__(self._parent / "postgres")

    def __enter__(self):
        self.start().make_database()
        for script in sorted(MIGRATIONS.glob("*.up.sql")):
            subprocess.run(self.psql("-f", str(script)), check=True, stdout=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self._parent)


class Node:
    """A node: one psql that is told its ticks. The time of a tick is that until its answer."""

    def __init__(self, server, name):
        self.name, self.sequence, self.cursor, self.times, self.failures = name, 0, 1, [], 0
        self.process = subprocess.Popen(server.psql(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        none = ", ".join(["'{}'"] * 8)
        self.run(f"SELECT o_outcome FROM hpc_cluster_join('{name}', 1, '{SHARE_LEASE} s', '{SHARE_LEASE} s', '1', '', 0, {none}, NULL, NULL, NULL, NULL, NULL, 0);")
        self.run("PREPARE tick(TEXT, BIGINT, BIGINT, BIGINT, TEXT[], BIGINT[], BIGINT[], BIGINT[], INTEGER[]) AS SELECT o_outcome, o_cursor, cardinality(o_rates), "
                 "coalesce(cardinality(o_more_rates), 0), hpc_cluster_next_lease_end($1) FROM hpc_cluster_tick($1, $2, $3, $4, $5, $6, $7, $8, $9, "
                 "'{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}');", answers=False)

    def run(self, statement, answers=True):
        self.process.stdin.write(statement + "\n")
        return self.process.stdout.readline().strip() if answers else ""

    def tick(self, scopes, limit=1_000_000):
        self.sequence += 1

        def array(values):
            return "'{" + ",".join(values) + "}'"
        statement = f"EXECUTE tick('{self.name}', 1, {self.sequence}, {self.cursor}, {array(scopes)}, {array([str(limit)] * len(scopes))}, {array(['0'] * len(scopes))}, " \
                    f"{array([str(random.randrange(limit)) for _ in scopes])}, {array(['1'] * len(scopes))});"
        begin = time.monotonic()
        answer = self.run(statement).split("|")
        self.times.append(time.monotonic() - begin)
        if answer[0] != "0":
            self.failures += 1
        else:
            self.cursor = int(answer[1])
        return answer

    def end(self):
        self.process.stdin.close()
        self.process.wait(30)


def figures(times):
    ordered = sorted(times)
    return {"ticks": len(ordered), "p50_ms": round(ordered[len(ordered) // 2] * 1e3, 1), "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1e3, 1), "max_ms": round(ordered[-1] * 1e3, 1)}


def statements(server):
    rows = server.query("SELECT calls || '|' || round(mean_exec_time::numeric, 2) || '|' || left(query, 60) FROM pg_stat_statements WHERE query LIKE '%hpc_cluster_tick%' ORDER BY calls DESC LIMIT 3")
    return rows.splitlines()


def drive(server, nodes, scopes_of, seconds, period):
    """Each node ticks once per period; None as fast as it can."""
    late = []
    stop = time.monotonic() + seconds

    def one(node, index):
        due = time.monotonic() + (period or 0) * index / len(nodes)
        while time.monotonic() < stop:
            if period:
                time.sleep(max(0.0, due - time.monotonic()))
                late.append(max(0.0, time.monotonic() - due))
                due += period
            node.tick(scopes_of(index))

    begin, cpu = time.monotonic(), server.cpu()
    threads = [threading.Thread(target=one, args=(node, index)) for index, node in enumerate(nodes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.monotonic() - begin
    used = server.cpu() - cpu
    result = figures([t for node in nodes for t in node.times])
    result.update(cpu_s_per_tick=round(used / max(1, result["ticks"]), 4), server_cpus=round(used / wall, 2), fenced=sum(node.failures for node in nodes))
    if late:
        result["late_p99_ms"] = round(sorted(late)[int(len(late) * 0.99)] * 1e3, 1)
    return result


def fresh(nodes):
    for node in nodes:
        node.times.clear()


def run_changed(server, options):
    node = Node(server, "a")
    scopes = [f"user/u{i:06}/down" for i in range(options.scopes)]
    node.tick(scopes)
    fresh([node])
    return drive(server, [node], lambda _: scopes, options.seconds, None)


def run_shared(server, options):
    nodes = [Node(server, f"n{i}") for i in range(3)]
    scopes = [f"user/u{i:06}/down" for i in range(options.scopes)]
    for node in nodes:
        node.tick(scopes)
    fresh(nodes)
    return drive(server, nodes, lambda _: scopes, options.seconds, None)


def run_many(server, options):
    nodes = [Node(server, f"n{i:03}") for i in range(options.nodes)]
    # A part of the users is on two nodes, the others on one.
    both = int(options.users * options.shared / 100)
    mine = [[f"user/u{(k * both // 2 + j) % max(1, options.nodes * both // 2):06}/down" for j in range(both)]
            + [f"user/n{k}-{j}/down" for j in range(options.users - both)] for k in range(options.nodes)]
    threads = [threading.Thread(target=node.tick, args=(mine[k],)) for k, node in enumerate(nodes)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    loaded = time.monotonic() - begin
    for k, node in enumerate(nodes):
        if node.failures:
            node.end()
            nodes[k] = None
    nodes_up = [node for node in nodes if node]
    # What the load has left to be told.
    for _ in range(2):
        for node in nodes_up:
            node.tick([])
    fresh(nodes_up)
    changed = max(1, int(options.users * options.percent / 100))
    result = drive(server, nodes_up, lambda k: random.sample(mine[k], changed), options.seconds, 1.0)
    return {**result, "nodes": len(nodes_up), "load_s": round(loaded, 1), "changed_per_tick": changed}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", choices=["changed", "shared", "many"])
    parser.add_argument("--scopes", type=int, default=10_000)
    parser.add_argument("--nodes", type=int, default=100)
    parser.add_argument("--users", type=int, default=5_000)
    parser.add_argument("--percent", type=float, default=0.5, help="users that change per tick, per cent")
    parser.add_argument("--shared", type=float, default=10, help="users that are on two nodes, per cent; the others are on one")
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    with Server() as server:
        result = {"changed": run_changed, "shared": run_shared, "many": run_many}[options.case](server, options)
        print(json.dumps({"case": options.case, **result, "statements": statements(server)}, indent=2))


if __name__ == "__main__":
    main()
