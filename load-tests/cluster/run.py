#!/usr/bin/env python3
"""Several nodes under load: what a cluster promises, measured from outside.

    run.py bandwidth   one limit over all nodes while the demand moves, a node joins, a node is killed; down, up, groups
    run.py logins      racing logins of users with a limit of sessions, a node is killed
    run.py quota       uploads against one quota, a node is killed
    run.py changes     a disabled user, a banned address, a changed limit, a revoked share: time until in force on the other nodes
    run.py faults      the database stands still, is stopped and started; a node stands still
    run.py cost        statements per node and tick, and what they cost
    run.py rules       event rules at full hours that come soon, a node is killed, clocks go back

Starts PostgreSQL and the nodes itself, on loopback, in temporary folders. The last lines say PASS or FAIL; exit code 0 if nothing failed.
"""
import argparse
import importlib
import os
import pathlib
import signal
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

from harness.node import Node  # noqa: E402
from harness.processes import Trouble  # noqa: E402
from harness.report import Report  # noqa: E402

SCENARIOS = ("bandwidth", "logins", "quota", "changes", "faults", "cost", "rules")


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("scenario", choices=SCENARIOS)
    p.add_argument("--nodes", type=int, default=3, help="(default 3)")
    p.add_argument("--case", action="append", dest="cases", help="only this part of the scenario; may be repeated")
    p.add_argument("--quick", action="store_true", help="a minute at most, with smaller numbers")
    p.add_argument("--out", type=pathlib.Path, help="a folder for the report (JSON) and the logs of the nodes")
    p.add_argument("--hpc", type=pathlib.Path, help="the server's executable (default: HPC_EXE, or the repository's Release build)")
    p.add_argument("--hpc-load", type=pathlib.Path, help="the load generator (default: HPC_LOAD_EXE, or the repository's Release build)")
    p.add_argument("--set", action="append", dest="pairs", default=[], metavar="KEY=VALUE", help="a setting of all nodes; may be repeated")
    p.add_argument("--apart", dest="clustered", action="store_false", help="nodes that share the database and nothing else, to try the harness")
    options = p.parse_args()
    options.settings = dict(pair.split("=", 1) for pair in options.pairs)
    return options


def executable(given, variable, *places):
    for candidate in (given, os.environ.get(variable), *places):
        if candidate and os.access(candidate, os.X_OK):
            return str(pathlib.Path(candidate).resolve())
    raise SystemExit(f"{places[-1]} is not there: build with `dotnet build -c Release`, or say where it is with {variable}.")


def main():
    options = arguments()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(130))
    Node.executable = executable(options.hpc, "HPC_EXE", ROOT / "src/Server/bin/Release/net10.0/hpc")
    options.hpc_load = executable(options.hpc_load, "HPC_LOAD_EXE", ROOT / "load-tests/Hpc.LoadTests/bin/Release/net10.0/hpc-load")
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    report = Report(options.scenario, options.out)
    try:
        importlib.import_module(f"scenarios.{options.scenario}").run(options, report)
    except Trouble as trouble:
        report.judge("the run", str(trouble), "an end without trouble", False)
    return 0 if report.end() else 1


if __name__ == "__main__":
    sys.exit(main())
