#!/usr/bin/env python3
"""How little CPU fills 1 Gbit/s: a server behind a shaped veth pair and a CPU quota, OpenSSH's sftp as client. Needs root.

    sudo python3 bench/gigabit/run.py [--server openssh] [--mib 1024] [--rounds 3] [--quotas 1.0,0.5,0.25,0.1]

Made by the script and removed on every way out: two network namespaces with a veth pair and a token bucket (tbf) on each
end, a cgroup with a CPU quota, the server, a folder on tmpfs. docs/gigabit.md says how to read the result.
"""
import argparse
import os
import subprocess
import sys
import time

import framing
import host
import link
import quota
import report
import search
import servers
import transfers

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DIRECTIONS = ("download", "upload")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", choices=("hpc", "openssh"), default="hpc")
    parser.add_argument("--hpc", default=os.path.join(ROOT, "src/Server/bin/Release/net10.0/hpc"), help="executable of the server")
    parser.add_argument("--mib", type=int, default=1024, help="size of all files of a transfer together")
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--cipher", default="aes128-gcm@openssh.com")
    parser.add_argument("--request-bytes", type=int, default=0, help="sftp -B; 0 leaves it to sftp, which asks the server (limits@openssh.com)")
    parser.add_argument("--directions", default="download,upload")
    parser.add_argument("--quotas", default="1.0,0.5,0.35,0.25,0.20,0.15,0.10,0.07", help="cores; the search goes on between them")
    parser.add_argument("--rounds", type=int, default=3, help="per quota; one that stays below 90 %% in its first is not repeated")
    parser.add_argument("--step", type=float, default=0.01, help="the search ends when the bracket is this wide; 0: no search")
    parser.add_argument("--share", type=float, default=0.99, help="of the payload rate that counts as filled")
    parser.add_argument("--statistic", choices=("median", "best"), default="median", help="of the rounds; best for a machine that others use: their load only ever slows a round")
    parser.add_argument("--period-ms", type=float, default=20, help="of the quota; the kernel's default of 100 ms stalls a sender for longer than its buffers last")
    parser.add_argument("--rate-mbit", type=int, default=1000)
    parser.add_argument("--latency-ms", type=int, default=50, help="longest wait in the queue of tbf: deep enough that nothing is dropped")
    parser.add_argument("--congestion", default="cubic", help="TCP congestion control inside the namespaces; empty for the kernel's default")
    parser.add_argument("--dir", default="/dev/shm", help="where the files lie; a tmpfs")
    parser.add_argument("--out", default=os.path.join(ROOT, "bench/results/gigabit"), help="without .json and .md")
    parser.add_argument("--hold", action="store_true", help="set everything up, print how to use it, wait for Ctrl-C")
    args = parser.parse_args()
    args.quotas = [float(q) for q in args.quotas.split(",")]
    args.directions = args.directions.split(",")
    if not set(args.directions) <= set(DIRECTIONS) or min(args.quotas) <= 0 or args.rounds < 1 or not 1 <= args.connections <= args.mib:
        parser.error("see --help for what the options take")
    return args


class Benchmark:
    def __init__(self, args, group, moves):
        self._args, self._group, self._moves = args, group, moves
        self.plain = {d: [] for d in args.directions}
        self.runs = {d: {None: []} for d in args.directions}
        self.failures = []
        self.after_round = lambda: None

    def _rates(self, direction, cores):
        """A transfer that failed under a quota has not filled the link."""
        failed = sum(f["direction"] == direction and f["quota"] == cores for f in self.failures) if cores else 0
        return [r["payload_bytes_per_second"] for r in self.runs[direction].get(cores, [])] + [0.0] * failed

    def is_measured(self, direction):
        """Whether there is something to compare with."""
        return bool(self.plain[direction] and self.runs[direction][None])

    def _goal(self, direction):
        reference, plain = (search.typical(rates, self._args.statistic) for rates in (self._rates(direction, None), self.plain[direction]))
        return search.goal(reference, plain, framing.payload_share(direction))

    def _fail(self, direction, cores, error):
        self.failures.append({"direction": direction, "quota": cores, "error": str(error)[-500:]})
        print(f"{direction:8} quota {report.quota_name(cores):>5}  FAILED: {error}", file=sys.stderr, flush=True)

    def measure(self, direction, cores):
        self._group.limit(cores, round(self._args.period_ms * 1000))
        try:
            result = self._moves.run(direction)
        except transfers.TransferFailed as e:
            self._fail(direction, cores, e)
            return
        finally:
            self._group.limit(None, None)
        self.runs[direction].setdefault(cores, []).append(result)
        used = "" if result["cores"] is None else f"  {result['cores']:.3f} cores  {result['cpu_seconds_per_gib']:.2f} s/GiB"
        share = result["payload_bytes_per_second"] / self._goal(direction)
        print(f"{direction:8} quota {report.quota_name(cores):>5}  {result['payload_bytes_per_second'] / 1e6:7.2f} MB/s  {share:6.1%}{used}"
              f"  throttled {result['throttled_seconds']:.2f} s", flush=True)

    def warm_up(self):
        for direction in self._args.directions:
            try:
                self._moves.run(direction)
            except transfers.TransferFailed as e:
                self._fail(direction, None, e)

    def _plain(self, direction):
        try:
            self.plain[direction].append(self._moves.plain(direction, min(self._args.mib, 256)))
        except transfers.TransferFailed as e:
            self._fail(direction, None, f"plain TCP: {e}")

    def rounds(self, by_direction):
        """by_direction: quotas to measure; plain TCP and the server without a quota are part of every round."""
        for turn in range(self._args.rounds):
            for direction, quotas in by_direction.items():
                if not quotas:
                    continue
                self._plain(direction)
                if not self.plain[direction]:
                    continue
                self.measure(direction, None)
                if not self.is_measured(direction):
                    continue
                for cores in search.order(quotas, turn):
                    if search.worth_repeating(self._rates(direction, cores), self._goal(direction)):
                        self.measure(direction, cores)
            self.after_round()

    def quotas(self, direction):
        """Those that were tried, also where every try has failed."""
        return {q for q in self.runs[direction] if q} | {f["quota"] for f in self.failures if f["direction"] == direction and f["quota"]}

    def bracket(self, direction):
        rates = {q: self._rates(direction, q) for q in self.quotas(direction)}
        return search.bracket(rates, self._goal(direction), self._args.share, self._args.statistic)

    def summaries(self):
        return [report.summary(d, self.runs[d], self.plain[d], self._args.share, self.bracket(d)[1], self._args.rate_mbit, self._args.statistic)
                for d in self._args.directions if self.is_measured(d)]

    def search(self):
        while self._args.step > 0:
            wanted = {d: search.next_quota(*self.bracket(d), self._args.step) for d in self._args.directions if self.is_measured(d)}
            wanted = {d: [q] for d, q in wanted.items() if q is not None and q not in self.quotas(d)}
            if not wanted:
                return
            self.rounds(wanted)


def hold(server, key, known):
    print(f"server pid {server.process.pid}; for example:\nnsenter --net=/run/netns/{link.CLIENT_NS} sftp -i {key} -o UserKnownHostsFile={known} -P {servers.PORT} {server.user}@{link.SERVER_IP}", flush=True)
    while True:
        time.sleep(60)


def benchmark(args, group, work):
    load, date = os.getloadavg()[0], time.strftime("%Y-%m-%d %H:%M %Z")
    wire = link.Link(args.rate_mbit, args.latency_ms, args.congestion)
    wire.create()
    group.create()
    key = os.path.join(work, "key")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    server = servers.Hpc(args.hpc, work, key, group) if args.server == "hpc" else servers.OpenSsh(work, key, group)
    server.wait()
    slowest = 30 + args.mib * 8.4 / args.rate_mbit / min(args.quotas)
    moves = transfers.Transfers(server, group, work, key, args.cipher, args.request_bytes, args.connections, args.mib, slowest)
    if args.hold:
        hold(server, key, os.path.join(work, "known_hosts"))
    bench = Benchmark(args, group, moves)
    facts = {"server": args.server, "version": servers.version(args.server, args.hpc), "date": date, "machine": report.machine(), "load_before": load,
             "link": wire.describe(), "cgroup": group.version, "period_ms": args.period_ms, "mib": args.mib, "connections": args.connections, "cipher": args.cipher,
             "request_bytes": args.request_bytes, "share": args.share, "statistic": args.statistic}

    def write():
        result = {**facts, "load_after": os.getloadavg()[0], "directions": bench.summaries(), "failures": bench.failures,
                  "runs": {d: {report.quota_name(q): r for q, r in runs.items()} for d, runs in bench.runs.items()}}
        report.write(result, args.out)
        return result

    bench.after_round = write
    bench.warm_up()
    bench.rounds({d: args.quotas for d in args.directions})
    bench.search()
    result = write()
    print("\n" + report.markdown(result) + f"\nwritten: {args.out}.json, {args.out}.md")
    return report.exit_code(result["directions"], len(args.directions))


def main():
    args = arguments()
    if os.geteuid() != 0:
        raise SystemExit("needs root: namespaces, tc and cgroups")
    if args.server == "hpc" and not os.access(args.hpc, os.X_OK):
        raise SystemExit(f"{args.hpc} is not there: dotnet build -c Release src/Server")
    held = host.lock()
    group = quota.CpuGroup()
    host.end_on_signals()
    found = host.leftovers(group, args.dir)
    try:
        if found:
            print("removing what a killed run left:", ", ".join(found))
            if not host.remove_all(group, args.dir):
                raise SystemExit("the machine is not clean")
        return benchmark(args, group, host.make_work(args.dir))
    finally:
        host.ignore_signals()
        host.remove_all(group, args.dir)
        held.close()


if __name__ == "__main__":
    sys.exit(main())
