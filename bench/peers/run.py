#!/usr/bin/env python3
"""Measures hpc and other SFTP servers on loopback, interleaved round by round with the same clients.

    python3 bench/peers/run.py --quick                     a few minutes, to see that everything runs
    python3 bench/peers/run.py --rounds 7 --patience 60 --repeats 2   the whole measurement
    python3 bench/peers/run.py --workloads logins,list --merge
    python3 bench/peers/run.py --render results.json       writes results.md and the plots beside it again
    python3 bench/peers/run.py --check results.json        compares with targets.json

docs/benchmarks.md says what is measured and how.
"""
import argparse
import os
import signal
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

from peerbench import build, install, machine, render, results as store, targets  # noqa: E402
from peerbench.accounting import Accounts  # noqa: E402
from peerbench.meter import Meter  # noqa: E402
from peerbench.runner import Runner, say  # noqa: E402
from peerbench.scratch import Scratch  # noqa: E402
from peerbench.servers import SERVERS, hpc  # noqa: E402
from peerbench.servers.base import PeerFailed, PeerMissing, find_tool  # noqa: E402
from peerbench.workloads import WORKLOADS, cases_of  # noqa: E402

NO_LOAD = "none"
BY_LOAD = {"logins", "idle"}  # workloads that use hpc-load
FULL = {"rounds": 5, "mib": 1024, "files": 10000, "entries": 100000, "logins": 100, "idle": 10000, "idle_processes": 200}
QUICK = {"rounds": 2, "mib": 64, "files": 300, "entries": 3000, "logins": 10, "idle": 100, "idle_processes": 20}


def names(value):
    return [n for n in value.split(",") if n]


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--peers", type=names, default=list(SERVERS), metavar="A,B", help=f"of {','.join(SERVERS)} (default: all)")
    p.add_argument("--workloads", type=names, default=list(WORKLOADS), metavar="A,B",
                   help=f"of {','.join(WORKLOADS)}, or single cases (download.aes128-gcm.1); default: all")
    p.add_argument("--quick", action="store_true", help="small sizes and 2 rounds: shows that it runs, measures nothing well")
    for name, what in (("rounds", "measured rounds; one more warms up"), ("mib", "MiB per large transfer, over all connections"),
                       ("files", "small files"), ("entries", "entries of the listed directory"), ("logins", "logins one after the other"),
                       ("idle", "idle sessions for servers of one process"), ("idle-processes", "idle sessions for the others")):
        p.add_argument(f"--{name}", type=int, help=f"{what} (default {FULL[name.replace('-', '_')]:,})")
    p.add_argument("--hpc", metavar="PATH", help="hpc's Release executable (default: the repository's, built now)")
    p.add_argument("--hpc-load", metavar="PATH", help="hpc's load generator: adds logins by it and opens the idle sessions of every peer (default: "
                                                      f"the repository's, built now; {NO_LOAD}: ssh processes, and --idle-processes sessions on every peer)")
    p.add_argument("--scratch", metavar="DIR", help="where homes and files lie (default: /dev/shm, else the temporary directory)")
    p.add_argument("--accounting", choices=["auto", "cgroup", "proc"], default="auto", help="how server CPU is told (docs/benchmarks.md)")
    p.add_argument("--patience", type=float, default=0, metavar="S", help="wait up to S seconds for a quiet machine before each run")
    p.add_argument("--repeats", type=int, default=0, metavar="N", help="repeat a disturbed run at most N times")
    p.add_argument("--install", action="store_true", help="install the peers' Debian packages first (root); no daemon is started")
    p.add_argument("--out", default=os.path.join(ROOT, "bench/results"), metavar="DIR", help="default: bench/results")
    p.add_argument("--merge", action="store_true", help="keep the cases of DIR/results.json that are not measured now")
    p.add_argument("--render", metavar="JSON", help="only write results.md and the plots beside JSON")
    p.add_argument("--check", metavar="JSON", help="only compare JSON with targets.json; exit code 1 if a measured target is missed")
    a = p.parse_args()
    for name, value in (QUICK if a.quick else FULL).items():
        if getattr(a, name) is None:
            setattr(a, name, value)
        if getattr(a, name) < 1:
            p.error(f"--{name.replace('_', '-')} must be at least 1")
    a.builds_hpc, a.builds_load = a.hpc is None, a.hpc_load is None
    a.hpc = os.path.abspath(a.hpc or build.default_path(ROOT, build.SERVER))
    a.hpc_load = None if a.hpc_load == NO_LOAD else os.path.abspath(a.hpc_load or build.default_path(ROOT, build.LOAD))
    unknown = [n for n in a.peers if n not in SERVERS]
    if unknown:
        p.error(f"no such peer: {', '.join(unknown)}")
    return a


def available(options, scratch, accounts):
    """The servers that are there, with their versions; who is missing is named."""
    servers, versions = [], {}
    for name in options.peers:
        server = SERVERS[name](scratch, accounts)
        try:
            versions[name] = server.version()
            servers.append(server)
        except PeerMissing as e:
            say(f"{name} is skipped: {e}")
    return servers, versions


def start(servers):
    started = []
    for server in servers:
        try:
            server.start()
            started.append(server)
        except PeerFailed as e:
            say(f"{server.name} is skipped: {e}")
    return started


def describe(options, servers, versions, scratch, accounts):
    facts = machine.facts(scratch.root)
    kept = {name: getattr(options, name) for name in (*FULL, "patience", "repeats", "quick")}
    peers = {s.name: {"version": versions[s.name], "idle_rss": s.rss()} for s in servers}
    if "hpc" in peers:
        peers["hpc"]["sha256"] = build.digest(options.hpc)
    # The commit says something about a program only if that was built from it.
    return {"machine": facts, "commit": machine.commit(ROOT) if options.builds_hpc else None, "accounting": accounts.kind, "options": kept, "peers": peers}


def programs(options, cases):
    """Builds or finds hpc and hpc-load, as far as they are used."""
    if "hpc" in options.peers:
        if options.builds_hpc:
            say("building hpc")
            build.build(ROOT, build.SERVER)
        build.require(options.hpc, "--hpc")
    if options.hpc_load and any(case.workload in BY_LOAD for case in cases):
        if options.builds_load:
            say("building hpc-load")
            build.build(ROOT, build.LOAD)
        build.require(options.hpc_load, "--hpc-load")


def measure(options):
    cases = cases_of(options.workloads, options)
    for tool in ("ssh", "sftp", "ssh-keygen"):
        find_tool(tool)
    programs(options, cases)
    hpc.Hpc.executable = options.hpc
    path = os.path.join(options.out, "results.json")
    accounts = Accounts(options.accounting)
    scratch = Scratch(options.scratch or ("/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
    servers = []
    try:
        servers, versions = available(options, scratch, accounts)
        servers = start(servers)
        if not servers:
            raise SystemExit("no peer to measure")
        results = store.begin(path, describe(options, servers, versions, scratch, accounts), options.merge)
        runner = Runner(servers, scratch, Meter(options.patience, options.repeats), options.rounds)
        for case in cases:
            store.add_case(results, runner.run(case))
            store.save(results, path)
            render.write(results, options.out)
        say(f"written to {options.out}")
    finally:
        for server in servers:
            try:
                server.stop()
            except OSError as e:  # the others are stopped too
                say(f"{server.name}: {e}")
        scratch.remove()


def main():
    options = arguments()
    if options.render:
        render.write(store.load(options.render), os.path.dirname(os.path.abspath(options.render)))
        return 0
    if options.check:
        table, fine = targets.check(store.load(options.check), targets.load(os.path.join(HERE, "targets.json")))
        print(table)
        return 0 if fine else 1
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(130))
    os.umask(0o022)
    if options.install:
        install.install()
    try:
        measure(options)
    except KeyboardInterrupt:
        return 130
    except (PeerMissing, build.BuildFailed) as e:
        raise SystemExit(str(e)) from None
    return 0


if __name__ == "__main__":
    sys.exit(main())
