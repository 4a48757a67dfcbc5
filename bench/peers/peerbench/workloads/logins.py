"""Logins with curve25519-sha256 and an ed25519 key: whole sessions by OpenSSH sftp, and by hpc-load if it is given."""
from .. import clients, hpcload
from .base import Case


class Logins(Case):
    workload = "logins"

    def __init__(self, lanes, each):
        self.lanes, self.total = lanes, lanes * each
        self.each, self.scale = each, lanes * each
        if lanes == 1:
            self.key, self.title = "logins.sequential", f"{each} logins one after the other"
            self.figures = ("cpu_per_login", "logins_per_cpu_s", "wall_per_login")
        else:
            self.key, self.title = f"logins.parallel-{lanes}", f"{self.total} logins, {lanes} at a time"
            self.figures = ("cpu_per_login", "logins_per_cpu_s", "logins_s")

    def work(self, server):
        clients.sftp_logins(server, self.lanes, self.each)

    def values(self, raw):
        per_login = raw["server_cpu"] / self.total
        values = {"cpu_per_login": per_login * 1e3, "logins_s": self.total / raw["wall"],
                  "wall_per_login": raw["wall"] * self.lanes / self.total * 1e3}
        if per_login > 0:
            values["logins_per_cpu_s"] = 1 / per_login
        return values


class LoginsByHpcLoad(Logins):
    """The same by one process, with the key exchange that it likes best; its own times, so without its start."""

    def __init__(self, path, lanes, count):
        super().__init__(lanes, count // lanes)
        self._path = path
        lane_text = "one after the other" if lanes == 1 else f"{lanes} at a time"
        self.key = "logins.hpc-load" + ("" if lanes == 1 else f"-{lanes}")
        self.title = f"{self.total:,} logins by hpc-load, {lane_text}"

    def work(self, server):
        self._report = hpcload.logins(self._path, server, self.total, self.lanes)

    def values(self, raw):
        return {**super().values(raw), "logins_s": self._report["per_second"], "wall_per_login": self._report["p50_ms"]}


def cases(options):
    yield Logins(1, options.logins)
    yield Logins(32, max(1, options.logins // 8))
    if options.hpc_load:
        yield LoginsByHpcLoad(options.hpc_load, 1, options.logins * 4)
        yield LoginsByHpcLoad(options.hpc_load, 32, max(32, options.logins * 10 // 32 * 32))
