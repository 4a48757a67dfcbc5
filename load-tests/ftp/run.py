#!/usr/bin/env python3
"""Clients that take and give nothing back over FTP, beside some that work.

    run.py passive   10,000 PASV to which nobody connects; and more of them than there are ports
    run.py slow      1,000 control connections that send a byte now and then: of one address, of many, and logged in
    run.py lines     command lines of 1 MB, with an end and without

Starts the server itself, on loopback, in a temporary folder. Beside it all a client downloads at a steady pace, and others log in by FTP and SFTP;
ports, descriptors and memory of the server are read before, meanwhile and after. The last lines say PASS or FAIL; exit code 0 if nothing failed.
"""
import argparse
import os
import pathlib
import resource
import signal
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "load-tests/cluster")]

from harness.processes import Trouble  # noqa: E402
from harness.report import Report  # noqa: E402
from attacks import SCENARIOS  # noqa: E402
from server import Server  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", choices=SCENARIOS)
    parser.add_argument("--out", type=pathlib.Path, help="a folder for the report (JSON)")
    parser.add_argument("--hpc", type=pathlib.Path, help="the server's executable (default: HPC_EXE, or the repository's Release build)")
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(130))
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    executable = options.hpc or os.environ.get("HPC_EXE") or ROOT / "src/Server/bin/Release/net10.0/hpc"
    if not os.access(executable, os.X_OK):
        raise SystemExit(f"{executable} is not there: build with `dotnet build -c Release`, or say where it is with HPC_EXE.")
    settings, run = SCENARIOS[options.scenario]
    report = Report(options.scenario, options.out)
    with tempfile.TemporaryDirectory(prefix="hpc-ftp-") as folder:
        server = Server(str(pathlib.Path(executable).resolve()), folder, settings)
        try:
            server.start()
            run(server, report)
        except Trouble as trouble:
            report.judge("the run", str(trouble), "an end without trouble", False)
        finally:
            server.stop()
    return 0 if report.end() else 1


if __name__ == "__main__":
    sys.exit(main())
