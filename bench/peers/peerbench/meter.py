"""Measures one run of a client against one server."""
import resource
import threading
import time

from . import machine, procfs

SAMPLE_SECONDS = 0.1
# A run is disturbed if everything else on the machine used more than a quarter of a core meanwhile. The machine's
# time comes in ticks and the server's and clients' does not: the slack keeps that from marking short runs.
DISTURBED_CORES = 0.25
SLACK_SECONDS = 0.05


class PeakRss:
    """The highest sum of resident memory over the server's processes, sampled while the block runs."""

    def __init__(self, server):
        self._server, self._stop = server, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.bytes = 0

    def _sample(self):
        self.bytes = max(self.bytes, self._server.rss())

    def _watch(self):
        while not self._stop.wait(SAMPLE_SECONDS):
            self._sample()

    def __enter__(self):
        self._sample()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()
        if self._server.alive():
            self._sample()


def used(before, after):
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def is_disturbed(other, seconds):
    return other > DISTURBED_CORES * seconds + SLACK_SECONDS


def scrape_free(first, second, last):
    """Growth of each counter between second and last without what one reading of them costs.

    Reading the counters allocates too; the first two readings stand side by side and tell how much.
    """
    return {k: max(0.0, last[k] - second[k] - (second[k] - first[k])) for k in last if k in first and k in second}


class Meter:
    def __init__(self, patience=0.0, repeats=0):
        self._patience, self._repeats = patience, repeats

    def measure(self, server, work, before=lambda: None, verify=lambda: None, after=lambda: None):
        """before, work (measured), verify, after; once more while disturbed, at most `repeats` times."""
        used_by_all = 0.0
        for attempt in range(self._repeats + 1):
            if self._patience:
                machine.wait_for_quiet(self._patience)
            before()  # what it does is not measured, and nobody else's
            try:
                raw = self._once(server, work)
                verify()
            finally:
                after()
            used_by_all += raw["server_cpu"]
            raw["attempts"], raw["server_cpu_attempts"] = attempt + 1, used_by_all
            if not raw["disturbed"]:
                break
        return raw

    @staticmethod
    def _once(server, work):
        resting = len(server.pids())
        counters = server.counters(), server.counters()
        cpu = server.settled_cpu(resting)
        mine, clients = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        busy, steal = procfs.machine_busy()
        began = time.monotonic()
        with PeakRss(server) as peak:
            work()
            wall = time.monotonic() - began
            server_cpu = server.settled_cpu(resting) - cpu
        seconds = time.monotonic() - began
        busy_now, steal_now = procfs.machine_busy()
        client = used(clients, resource.getrusage(resource.RUSAGE_CHILDREN))
        other = busy_now - busy - server_cpu - client - used(mine, resource.getrusage(resource.RUSAGE_SELF))
        own = scrape_free(*counters, server.counters())
        return {"server_cpu": server_cpu, "wall": wall, "client_cpu": client, "other_cpu": max(0.0, other),
                "steal": steal_now - steal, "disturbed": is_disturbed(other, seconds), "rss_peak": peak.bytes, **own}
