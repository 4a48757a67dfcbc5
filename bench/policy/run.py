#!/usr/bin/env python3
"""What the policies cost: server CPU seconds per GiB of a plain user and of one with many rules, and of hashing uploads.

    python3 bench/policy/run.py                      6 rounds of 1024 MiB each way
    python3 bench/policy/run.py --mib 64 --rounds 1  to see that it runs
    python3 bench/policy/run.py --hpc PATH           a server that is built already

Each case is run by turns in every round, with the workload and the meter of bench/peers. The rules are 20 directories with permissions,
10 with name patterns and 5 virtual folders; the file is in the root, which none of them is about.
"""
import argparse
import json
import os
import signal
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "bench/peers"))

from peerbench import build, machine  # noqa: E402
from peerbench.accounting import Accounts  # noqa: E402
from peerbench.meter import Meter  # noqa: E402
from peerbench.runner import rotated, say  # noqa: E402
from peerbench.scratch import Scratch  # noqa: E402
from peerbench.servers import hpc  # noqa: E402
from peerbench.workloads.big import CIPHERS, Big  # noqa: E402

PERMISSIONS, PATTERNS, FOLDERS = 20, 10, 5
SAMPLES = ("list,download", "list,upload,create_dirs", "none", "list,download,upload,overwrite,delete,rename")


def rules():
    """Flags of `hpc user set`, without folders."""
    for i in range(PERMISSIONS):
        yield from ("--permissions", f"/area-{i % 4}/part-{i}:{SAMPLES[i % len(SAMPLES)]}")
    for i in range(PATTERNS):
        yield from ("--pattern", f"/area-{i % 4}/part-{i}:deny=*.exe,~*,*.tmp;policy={'hide' if i % 2 else 'deny'}")


class Plain(hpc.Hpc):
    name = "plain"
    settings = ()

    def command(self):
        return [*super().command(), *(part for setting in self.settings for part in ("--set", setting))]

    def cli(self, *arguments):
        subprocess.run([self.executable, *arguments, "--data-dir", self.data], check=True, stdout=subprocess.DEVNULL)


class Ruled(Plain):
    name = "rules"

    def prepare(self):
        first = not self._prepared
        super().prepare()
        if not first:
            return
        mounts = []
        for i in range(FOLDERS):
            path = os.path.join(self.folder, f"folder-{i}")
            os.makedirs(path, exist_ok=True)
            self.cli("folder", "add", f"folder-{i}", "--path", path)
            mounts += ["--folder", f"folder-{i}@/area-{i % 4}/folder-{i}"]
        self.cli("user", "set", self.user, *rules(), *mounts)


class Counted(Ruled):
    name = "rules+quota"

    def prepare(self):
        first = not self._prepared
        super().prepare()
        if first:
            self.cli("user", "set", self.user, "--quota-size", "1TiB", "--quota-files", "1000000", "--transfer-limit", "1024TiB")


class Hashed(Plain):
    name = "hash"
    settings = ("storage.hash_uploads=true",)


class Atomic(Plain):
    name = "atomic"
    settings = ("storage.upload_mode=atomic",)


SERVERS = (Plain, Ruled, Counted, Atomic, Hashed)


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--rounds", type=int, default=6, help="measured rounds; one more warms up (default 6)")
    p.add_argument("--mib", type=int, default=1024, help="MiB per transfer (default 1024)")
    p.add_argument("--cipher", choices=list(CIPHERS), default="aes128-gcm")
    p.add_argument("--only", default=",".join(s.name for s in SERVERS), metavar="A,B", help="default: %(default)s; the first is what the others are compared with")
    p.add_argument("--hpc", metavar="PATH", help="hpc's Release executable (default: the repository's, built now)")
    p.add_argument("--scratch", metavar="DIR", help="where homes and files lie (default: /dev/shm, else the temporary directory)")
    p.add_argument("--accounting", choices=["auto", "cgroup", "proc"], default="auto")
    p.add_argument("--patience", type=float, default=0, metavar="S", help="wait up to S seconds for a quiet machine before each run")
    p.add_argument("--repeats", type=int, default=0, metavar="N", help="repeat a disturbed run at most N times")
    p.add_argument("--out", metavar="JSON", help="write every run there, too")
    options = p.parse_args()
    if options.rounds < 1 or options.mib < 1:
        p.error("--rounds and --mib are at least 1")
    return options


def spread(values):
    return f"{statistics.median(values):.3f} ({min(values):.3f}–{max(values):.3f})"


def compare(case, runs, servers):
    """One line per server: CPU per GiB, and the ratio to the first one within the same round."""
    print(f"\n{case.title}\n{'':14}{'CPU s/GiB':28}{'ratio to ' + servers[0].name:28}disturbed rounds")
    base = [run["values"]["cpu_per_gib"] for run in runs[servers[0].name]]
    for server in servers:
        own = [run["values"]["cpu_per_gib"] for run in runs[server.name]]
        ratios = [mine / theirs for mine, theirs in zip(own, base)]
        disturbed = sum(run["disturbed"] for run in runs[server.name])
        print(f"{server.name:14}{spread(own):28}{spread(ratios):28}{disturbed} of {len(own)}", flush=True)


def measure(case, servers, scratch, meter, rounds):
    """Runs of all servers by turns; round 0 warms up and is not kept."""
    runs = {server.name: [] for server in servers}
    case.prepare(scratch, servers)
    for number in range(rounds + 1):
        for server in rotated(servers, number):
            raw = case.measure(meter, server, thorough=number <= 1)
            values = case.values(raw)
            say(f"   {server.name:12} {'warm-up' if number == 0 else f'round {number}'}: {values['cpu_per_gib']:.3f} CPU s/GiB, {values['mb_s']:.0f} MB/s{', DISTURBED' if raw['disturbed'] else ''}")
            if number > 0:
                runs[server.name].append({**raw, "values": values})
    case.cleanup(scratch, servers)
    scratch.empty_client()
    return runs


def main():
    options = arguments()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(130))
    os.umask(0o022)
    executable = os.path.abspath(options.hpc or build.default_path(ROOT, build.SERVER))
    if options.hpc is None:
        say("building hpc")
        build.build(ROOT, build.SERVER)
    build.require(executable, "--hpc")
    hpc.Hpc.executable = executable
    known = {server.name: server for server in SERVERS}
    wanted = options.only.split(",")
    if set(wanted) - set(known):
        raise SystemExit(f"no such case: {', '.join(sorted(set(wanted) - set(known)))}")
    accounts = Accounts(options.accounting)
    scratch = Scratch(options.scratch or ("/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
    servers, kept = [], {}
    try:
        for name in wanted:
            server = known[name](scratch, accounts)
            server.start()
            servers.append(server)
        meter = Meter(options.patience, options.repeats)
        for direction in ("download", "upload"):
            case = Big(direction, options.cipher, 1, options.mib)
            say(f"== {case.title}, {options.mib} MiB")
            kept[case.key] = measure(case, servers, scratch, meter, options.rounds)
            compare(case, kept[case.key], servers)
        if options.out:
            with open(options.out, "w") as file:
                json.dump({"machine": machine.facts(scratch.root), "accounting": accounts.kind, "hpc": build.digest(executable), "mib": options.mib, "runs": kept}, file, indent=1)
    finally:
        for server in servers:
            server.stop()
        scratch.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
