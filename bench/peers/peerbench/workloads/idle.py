"""Memory of open sessions on which nothing moves, on a freshly started server each time."""
import time

from .. import clients, hpcload
from .base import Case, WrongResult

SETTLE_SECONDS = 5
WARM_SESSIONS = 32  # the same for every peer and number of sessions


class Idle(Case):
    workload = key = "idle"
    title = "idle sessions"
    figures = ("memory_per_session",)

    def __init__(self, options):
        self._options = options

    def sessions_for(self, server):
        """Sessions that are processes of their own, on either side, hold megabytes each: there are fewer of them."""
        many = server.one_process and self._options.hpc_load
        return self._options.idle if many else min(self._options.idle, self._options.idle_processes)

    def _client(self, server):
        path = self._options.hpc_load
        return hpcload.IdleHpcLoad(path, server) if path else clients.IdleSsh(server)

    def measure(self, meter, server, thorough):
        server.restart()
        count = self.sessions_for(server)
        # The code of a login has run and is at rest before memory is read the first time.
        self._client(server).warm(WARM_SESSIONS)
        time.sleep(SETTLE_SECONDS)
        before, client, failed = server.memory(), self._client(server), True
        try:
            began = time.monotonic()
            client.open(count)
            wall = time.monotonic() - began
            time.sleep(SETTLE_SECONDS)
            after, peak = server.memory(), server.rss()
            if not (server.alive() and client.all_open()):
                raise WrongResult("sessions were closed")
            failed = False
        finally:
            client.close(failed)
        return {"sessions": count, "memory_before": before, "memory_after": after, "rss_peak": peak,
                "wall": wall, "disturbed": False, "attempts": 1, "client": client.label}

    def values(self, raw):
        return {"memory_per_session": (raw["memory_after"] - raw["memory_before"]) / 1024 / raw["sessions"]}


def cases(options):
    yield Idle(options)
