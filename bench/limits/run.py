#!/usr/bin/env python3
"""What bandwidth limits cost, how exact and how even they are, and what transfers that wait for them hold.

    python3 bench/limits/run.py cost                       server CPU per GiB under limits that are not reached, and without any
    python3 bench/limits/run.py smooth                     8 transfers at 40 MB/s: mean of 10 s, 100 ms windows, CPU per GiB
    python3 bench/limits/run.py idle --transfers 1000      memory of downloads that wait
    … --hpc PATH                                           a server that is built already

The servers of `cost` take turns in every round, with the workload and the meter of bench/peers.
"""
import argparse
import os
import signal
import statistics
import subprocess
import sys
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "bench/peers"))

from peerbench import build, clients  # noqa: E402
from peerbench.accounting import Accounts, client_child  # noqa: E402
from peerbench.meter import Meter  # noqa: E402
from peerbench.runner import rotated, say  # noqa: E402
from peerbench.scratch import MIB, Scratch  # noqa: E402
from peerbench.servers import hpc  # noqa: E402
from peerbench.workloads.big import CIPHERS, Big  # noqa: E402

KIB = 1024
FAR = 1 << 30  # KiB/s: a TiB a second
CIPHER = "aes128-gcm"
WINDOW, MEASURED, WARM_UP = 0.1, 10.0, 3.0


class Unlimited(hpc.Hpc):
    name = "none"
    limit = 0

    def command(self):
        limits = [f"limits.{way}_bandwidth={self.limit}" for way in ("upload", "download")]
        return [*super().command(), "--set", "http.enabled=false", *(part for limit in limits for part in ("--set", limit))]


class Far(Unlimited):
    name = "far"
    limit = FAR


class Limited(Unlimited):
    name = "limited"


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("what", choices=("cost", "smooth", "idle"))
    p.add_argument("--hpc", metavar="PATH", help="hpc's Release executable (default: the repository's, built now)")
    p.add_argument("--rounds", type=int, default=6, help="of cost (default 6)")
    p.add_argument("--warm-up", type=int, default=6, help="rounds of cost before them, until everything is compiled for good (default 6)")
    p.add_argument("--mib", type=int, default=1024, help="of cost, each way (default 1024)")
    p.add_argument("--rate", type=int, default=40_000_000, help="of smooth, in bytes per second (default 40,000,000)")
    p.add_argument("--transfers", type=int, default=0, help="of smooth (default 8) and idle (default 1000)")
    p.add_argument("--patience", type=float, default=0, metavar="S", help="of cost: wait up to S seconds for a quiet machine before each run")
    return p.parse_args()


def cost(options, scratch, accounts):
    """Both servers run by turns; the ratio is that within a round."""
    servers = [Unlimited(scratch, accounts), Far(scratch, accounts)]
    try:
        for server in servers:
            server.start()
        meter = Meter(options.patience, 0)
        for direction in ("download", "upload"):
            case, kept = Big(direction, CIPHER, 1, options.mib), {server.name: [] for server in servers}
            case.prepare(scratch, servers)
            for number in range(options.warm_up + options.rounds):
                for server in rotated(servers, number):
                    values = case.values(case.measure(meter, server, thorough=number <= 1))
                    say(f"   {server.name:8} round {number}: {values['cpu_per_gib']:.3f} CPU s/GiB, {values['mb_s']:.0f} MB/s")
                    if number >= options.warm_up:
                        kept[server.name].append(values["cpu_per_gib"])
            case.cleanup(scratch, servers)
            ratios = [far / none for far, none in zip(kept["far"], kept["none"])]
            for name, figures in kept.items():
                print(f"{direction:10}{name:8}{statistics.median(figures):.3f} CPU s/GiB ({min(figures):.3f}–{max(figures):.3f})")
            print(f"{direction:10}ratio   {statistics.median(ratios):.3f} ({min(ratios):.3f}–{max(ratios):.3f})", flush=True)
    finally:
        for server in servers:
            server.stop()


def start_downloads(server, count, name):
    """OpenSSH's sftp, each download into a file of its own."""
    running = []
    for i in range(count):
        target = os.path.join(server.scratch.client, f"copy-{i}")
        command = ["sftp", "-q", *clients.ssh_options(server, CIPHERS[CIPHER]), "-P", str(server.port), f"{server.user}@127.0.0.1:{name}", target]
        running.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=client_child, start_new_session=True))
    return running


def arrived(scratch, count):
    total = 0
    for i in range(count):
        try:
            total += os.stat(os.path.join(scratch.client, f"copy-{i}")).st_size
        except FileNotFoundError:
            pass
    return total


def smooth(options, scratch, accounts):
    count = options.transfers or 8
    for limit in (options.rate // KIB, 0):
        server = (Limited if limit else Unlimited)(scratch, accounts)
        server.limit = limit
        server.start()
        source = os.path.join(server.home, "large")
        with open(source, "wb") as file:
            file.truncate(4096 * MIB if limit == 0 else int((MEASURED + WARM_UP + 30) * options.rate / count))
        running = []
        try:
            running = start_downloads(server, count, "large")
            time.sleep(WARM_UP if limit else 1)
            seconds = MEASURED if limit else 2.0
            cpu, first, start = server.cpu(), arrived(scratch, count), time.monotonic()
            points = [(start, first)]
            while points[-1][0] - start < seconds:
                time.sleep(max(0, start + len(points) * WINDOW - time.monotonic()))
                points.append((time.monotonic(), arrived(scratch, count)))
            cpu = server.cpu() - cpu
            total, passed = points[-1][1] - first, points[-1][0] - start
            speeds = [(b - a) / (t - s) for (s, a), (t, b) in zip(points, points[1:])]
            each = [os.stat(os.path.join(scratch.client, f"copy-{i}")).st_size for i in range(count)]
            line = f"{count} downloads: {total / passed / 1e6:.2f} MB/s, {cpu / (total / (1 << 30)):.3f} CPU s/GiB"
            if limit:
                line += f", {100 * (total / passed / (limit * KIB) - 1):+.2f} % of the limit, coefficient of variation over 100 ms {statistics.pstdev(speeds) / statistics.mean(speeds):.3f}"
                line += f", slowest to fastest transfer {min(each) / max(each):.3f}"
            print(("limited   " if limit else "unlimited ") + line, flush=True)
        finally:
            clients.end_all(running)
            server.stop()
            os.unlink(source)
            scratch.empty_client()


def idle(options, scratch, accounts):
    """Every download has its first bytes and waits for the next."""
    count = options.transfers or 1000
    server = Limited(scratch, accounts)
    server.limit = 64
    server.start()
    with open(os.path.join(server.home, "large"), "wb") as file:
        file.truncate(64 * MIB)
    running = []
    try:
        running += start_downloads(server, 8, "large")
        time.sleep(5)
        before = server.rss()
        running += start_downloads(server, count, "large")
        end = time.monotonic() + 120
        while (waiting := waiting_of(server)) < count and time.monotonic() < end:
            time.sleep(1)
        time.sleep(3)
        after, cpu = server.rss(), server.cpu()
        time.sleep(10)
        print(f"{waiting} downloads wait: {(after - before) / KIB / count:.1f} KiB each with their connections, {(server.cpu() - cpu) / 10 * 100:.1f} % of a core, buffers {buffers_of(server) / MIB:.1f} MiB", flush=True)
    finally:
        clients.end_all(running)
        server.stop()


def metric(server, name):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.admin}/metrics", timeout=30) as reply:
        for line in reply.read().decode().splitlines():
            if line.startswith(name):
                return float(line.rsplit(" ", 1)[1])
    return 0.0


def waiting_of(server):
    return int(metric(server, 'hpc_bandwidth_waiting{limit="node",direction="download"}'))


def buffers_of(server):
    return metric(server, "hpc_buffers_rented_bytes")


def main():
    options = arguments()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(130))
    os.umask(0o022)
    executable = os.path.abspath(options.hpc or build.default_path(ROOT, build.SERVER))
    if options.hpc is None:
        build.build(ROOT, build.SERVER)
    build.require(executable, "--hpc")
    hpc.Hpc.executable = executable
    scratch = Scratch("/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    try:
        {"cost": cost, "smooth": smooth, "idle": idle}[options.what](options, scratch, Accounts("auto"))
    finally:
        scratch.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
