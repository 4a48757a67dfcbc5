"""Large files over one or several connections, one OpenSSH sftp per connection."""
import os

from .. import clients
from ..scratch import MIB, digest_of
from .base import Case, WrongResult, same_file

CIPHERS = {
    "aes128-gcm": "aes128-gcm@openssh.com",
    "aes256-gcm": "aes256-gcm@openssh.com",
    "chacha20-poly1305": "chacha20-poly1305@openssh.com",
    "aes128-ctr+sha2-256-etm": "aes128-ctr",
}


class Big(Case):
    workload = "big"
    figures = ("cpu_per_gib", "mb_s")

    def __init__(self, direction, cipher, connections, mib):
        self.direction, self.cipher, self.connections = direction, CIPHERS[cipher], connections
        self.each = max(1, mib // connections)
        self.key = f"{direction}.{cipher}.{connections}"
        many = "1 connection" if connections == 1 else f"{connections} connections"
        self.title = f"{direction}, {cipher}, {many}"
        if connections > 1:
            self.title += f" × {self.each} MiB"
        self.scale = self.each * connections

    def prepare(self, scratch, servers):
        names = [f"file-{i}" for i in range(self.connections)]
        self.sources = [scratch.random_file(name, self.each * MIB) for name in names]
        self.digests = [digest_of(path) for path in self.sources]
        if self.direction == "download":
            for server in servers:  # links: all peers read the same pages
                for name, path in zip(names, self.sources):
                    os.link(path, os.path.join(server.home, name))

    def _target(self, server, i):
        folder = server.scratch.client if self.direction == "download" else server.home
        return os.path.join(folder, f"copy-{i}")

    def work(self, server):
        if self.direction == "download":
            scripts = [f"get file-{i} copy-{i}\n" for i in range(self.connections)]
        else:
            scripts = [f'put "{path}" copy-{i}\n' for i, path in enumerate(self.sources)]
        clients.sftp(server, scripts, self.cipher)

    def verify(self, server, thorough):
        for i, digest in enumerate(self.digests):
            if not same_file(self._target(server, i), self.each * MIB, digest if thorough else None):
                raise WrongResult(f"file {i} did not arrive as it was sent")

    def after(self, server):
        for i in range(self.connections):
            path = self._target(server, i)
            if os.path.exists(path):
                os.unlink(path)

    def cleanup(self, scratch, servers):
        for i, path in enumerate(self.sources):
            os.unlink(path)
            for server in servers:
                if self.direction == "download":
                    os.unlink(os.path.join(server.home, f"file-{i}"))

    def values(self, raw):
        bytes_moved = self.each * MIB * self.connections
        gib = bytes_moved / (1 << 30)
        values = {"cpu_per_gib": raw["server_cpu"] / gib, "mb_s": bytes_moved / 1e6 / raw["wall"]}
        if "allocated" in raw:
            values["allocated_per_gib"] = raw["allocated"] / 1e6 / gib
        return values


def cases(options):
    yield from (Big(way, cipher, 1, options.mib) for cipher in CIPHERS for way in ("download", "upload"))
    yield from (Big(way, "aes128-gcm", n, options.mib) for n in (8, 64) for way in ("download", "upload"))
