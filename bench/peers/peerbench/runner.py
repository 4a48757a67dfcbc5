"""Runs cases against all peers: interleaved round by round, another peer first each time."""
import subprocess
import sys

from .clients import ClientFailed
from .figures import FIGURES, rotated
from .servers.base import PeerFailed
from .workloads.base import WrongResult

FAILURES = (ClientFailed, WrongResult, PeerFailed, OSError, subprocess.SubprocessError)


def say(text):
    print(text, file=sys.stderr, flush=True)


def note_outside(entry, whole):
    """What the server has used over all rounds beside what was measured: work that came later than its client's end, and readings."""
    measured = [r.get("server_cpu_attempts") for r in entry["rounds"]]
    if measured and None not in measured and "failed" not in entry:
        entry["cpu_measured"], entry["cpu_outside"] = sum(measured), max(0.0, whole - sum(measured))


class Runner:
    def __init__(self, servers, scratch, meter, rounds):
        self._servers, self._scratch, self._meter, self._rounds = servers, scratch, meter, rounds

    def run(self, case):
        """One case over all rounds as it goes into results.json."""
        say(f"== {case.key}: {case.title}")
        servers = [s for s in self._servers if case.protocol in s.protocols]
        peers = {s.name: {"rounds": []} for s in servers}
        case.prepare(self._scratch, servers)
        began = {}
        for number in range(self._rounds + 1):
            if number == 1:
                began = {s: (s.account, s.cpu()) for s in servers if s.alive()}
            for server in rotated(servers, number):
                if "failed" not in peers[server.name]:
                    self._one(case, server, number, peers[server.name])
        for server, (account, cpu) in began.items():
            if server.alive() and server.account is account:  # a server that was started anew has begun at nothing
                note_outside(peers[server.name], server.cpu() - cpu)
        case.cleanup(self._scratch, servers)
        self._scratch.empty_client()
        return {"key": case.key, "workload": case.workload, "title": case.title, "scale": case.scale,
                "figures": list(case.figures), "peers": peers}

    def _one(self, case, server, number, entry):
        """Round 0 warms up and is not recorded; contents are compared in rounds 0 and 1."""
        try:
            if not server.alive():
                server.restart()
            raw = case.measure(self._meter, server, thorough=number <= 1)
        except FAILURES as e:
            entry["failed"] = str(e)[-300:]
            entry["unsupported"] = getattr(e, "unsupported", False)
            say(f"   {server.name:8} FAILED: {entry['failed']}")
            return
        values = case.values(raw)
        if number > 0:
            entry["rounds"].append({"round": number, **raw, "values": values})
        say(f"   {server.name:8} {'warm-up' if number == 0 else f'round {number}'}: {self._line(case, values, raw)}")

    @staticmethod
    def _line(case, values, raw):
        shown = [f"{values[f]:.{FIGURES[f].digits}f} {FIGURES[f].unit}" for f in case.figures if f in values]
        shown.append(f"RSS {raw['rss_peak'] / (1 << 20):.0f} MiB")
        if raw["disturbed"]:
            shown.append(f"DISTURBED ({raw['other_cpu']:.2f} s of CPU by others)")
        return ", ".join(shown)
