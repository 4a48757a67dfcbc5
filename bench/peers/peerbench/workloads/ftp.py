"""FTP, plain and over TLS: large files and logins by curl, small files by lftp, idle sessions by a socket each."""
import mmap
import os
import shutil
import socket
import time

from .. import clients
from ..scratch import MIB, digest_of
from .base import Case, WrongResult, same_file, same_folder
from .small import Small

WARM_SESSIONS = 8  # before memory is measured, and before large transfers, whose own login is a part of their figure
SETTLE_SECONDS = 3
SPARE_MIB = 128


class Big(Case):
    workload, protocol = "ftp-big", "ftp"
    figures = ("cpu_per_gib", "mb_s")

    def __init__(self, direction, tls, mib):
        self.direction, self.mib, self.scale = direction, mib, mib
        self.arguments = ["--ssl-reqd"] if tls else []
        self.key = f"ftp-{direction}.{'tls' if tls else 'plain'}"
        self.title = f"{direction}, {'TLS' if tls else 'plain'}"

    def prepare(self, scratch, servers):
        self.source = scratch.random_file("big", self.mib * MIB)
        self.digest = digest_of(self.source)
        if self.direction == "download":
            for server in servers:  # links: all peers read the same pages
                os.link(self.source, os.path.join(server.home, "big"))
        self._small, self._warm = scratch.random_file("short", MIB // 16), {}

    def _have_sessions(self, server):
        """Once for each start: a server that has been up for a while has had sessions of the kind that is measured."""
        if self._warm.get(server.name) is server.process:
            return
        self._warm[server.name] = server.process
        for _ in range(WARM_SESSIONS // 2):
            clients.curl(server, *self.arguments, "-T", self._small, clients.ftp_url(server, "short"))
            clients.curl(server, *self.arguments, "-o", "/dev/null", clients.ftp_url(server, "short"))
        os.unlink(os.path.join(server.home, "short"))

    def before(self, server):
        """Has the host of a virtual machine back the memory that an upload fills: it may have taken it since the last one, and what it does meanwhile counts as ours."""
        if self.direction == "upload":
            with mmap.mmap(-1, (self.mib + SPARE_MIB) * MIB) as memory:
                for at in range(0, len(memory), mmap.PAGESIZE):
                    memory[at] = 1

    def _target(self, server):
        return os.path.join(server.scratch.client if self.direction == "download" else server.home, "copy")

    def work(self, server):
        # A download is thrown away in the measured rounds by the client, whose writing would only be in the way.
        if self.direction == "download":
            clients.curl(server, *self.arguments, "-o", "copy" if self._keeps else "/dev/null", clients.ftp_url(server, "big"))
        else:
            clients.curl(server, *self.arguments, "-T", self.source, clients.ftp_url(server, "copy"))

    def measure(self, meter, server, thorough):
        self._keeps = thorough or self.direction == "upload"
        self._have_sessions(server)
        return super().measure(meter, server, thorough)

    def verify(self, server, thorough):
        if self._keeps and not same_file(self._target(server), self.mib * MIB, self.digest if thorough else None):
            raise WrongResult("the file did not arrive as it was sent")

    def after(self, server):
        if os.path.exists(self._target(server)):
            os.unlink(self._target(server))

    def cleanup(self, scratch, servers):
        os.unlink(self.source)
        os.unlink(self._small)
        if self.direction == "download":
            for server in servers:
                os.unlink(os.path.join(server.home, "big"))

    def values(self, raw):
        gib = self.mib / 1024
        values = {"cpu_per_gib": raw["server_cpu"] / gib, "mb_s": self.mib * MIB / 1e6 / raw["wall"]}
        if "allocated" in raw:
            values["allocated_per_gib"] = raw["allocated"] / 1e6 / gib
        return values


class Mirror(Small):
    """A folder of files by lftp, one or several at a time."""

    workload, protocol = "ftp-small", "ftp"

    def __init__(self, direction, count, size, lanes):
        super().__init__(direction, count, size)
        self.lanes = lanes
        self.key = f"ftp-small-{direction}.{size // 1024}k.{lanes}"
        self.title = f"{direction}, {count:,} × {size // 1024} KiB, lftp mirror, {lanes} at a time"

    def work(self, server):
        parallel = f"--parallel={self.lanes}"
        if self.direction == "download":
            clients.lftp(server, f"mirror {parallel} small back")
        else:
            clients.lftp(server, f"mirror -R {parallel} {self.source} small")


class Logins(Case):
    workload, protocol = "ftp-logins", "ftp"
    figures = ("cpu_per_login", "logins_per_cpu_s", "wall_per_login")

    def __init__(self, tls, count):
        self.total = self.scale = count
        self.arguments = ["--ssl-reqd"] if tls else []
        self.key = f"ftp-logins.{'tls' if tls else 'plain'}"
        self.title = f"{count} logins one after the other, {'TLS' if tls else 'plain'}"

    def work(self, server):
        for _ in range(self.total):
            clients.curl(server, *self.arguments, "-Q", "NOOP", "-I", clients.ftp_url(server))

    def values(self, raw):
        per_login = raw["server_cpu"] / self.total
        values = {"cpu_per_login": per_login * 1e3, "wall_per_login": raw["wall"] / self.total * 1e3}
        if per_login > 0:
            values["logins_per_cpu_s"] = 1 / per_login
        return values


class IdleFtp:
    """Sessions that have logged in and say nothing."""

    def __init__(self, server):
        self._server, self._open = server, []

    def open(self, count):
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", self._server.ftp_port), timeout=60)
            self._open.append(connection)
            self._reply(connection, b"220")
            connection.sendall(f"USER {self._server.user}\r\n".encode())
            if self._reply(connection, b"331", b"230") == b"331":  # vsftpd asks anonymous users for no password
                connection.sendall(f"PASS {self._server.scratch.password}\r\n".encode())
                self._reply(connection, b"230")

    @staticmethod
    def _reply(connection, *codes):
        data = b""
        while not data.endswith(b"\n") or data.splitlines()[-1][3:4] != b" ":
            piece = connection.recv(4096)
            if not piece:
                raise clients.ClientFailed("an idle session was closed")
            data += piece
        if data.splitlines()[-1][:3] not in codes:
            raise clients.ClientFailed(f"a login was answered with {data[:100]!r}")
        return data.splitlines()[-1][:3]

    def all_open(self):
        for connection in self._open:
            connection.sendall(b"NOOP\r\n")
            self._reply(connection, b"200")
        return True

    def close(self):
        for connection in self._open:
            connection.close()
        self._open = []


class Idle(Case):
    workload = key = "ftp-idle"
    protocol = "ftp"
    title = "idle FTP sessions"
    figures = ("memory_per_session",)

    def __init__(self, options):
        self._options = options

    def measure(self, meter, server, thorough):
        server.restart()
        count = min(self._options.idle, 2000) if server.one_process else min(self._options.idle, self._options.idle_processes)
        warm = IdleFtp(server)
        warm.open(WARM_SESSIONS)
        warm.close()
        time.sleep(SETTLE_SECONDS)
        before, client = server.memory(), IdleFtp(server)
        try:
            began = time.monotonic()
            client.open(count)
            wall = time.monotonic() - began
            time.sleep(SETTLE_SECONDS)
            after, peak = server.memory(), server.rss()
            client.all_open()
        finally:
            client.close()
        return {"sessions": count, "memory_before": before, "memory_after": after, "rss_peak": peak,
                "wall": wall, "disturbed": False, "attempts": 1, "client": "a socket each"}

    def values(self, raw):
        return {"memory_per_session": (raw["memory_after"] - raw["memory_before"]) / 1024 / raw["sessions"]}


def big(options):
    yield from (Big(way, tls, options.mib) for tls in (False, True) for way in ("download", "upload"))


def small(options):
    count = min(options.files, 1000)
    yield from (Mirror(way, count, 1 << 10, lanes) for lanes in (1, 8) for way in ("upload", "download"))


def logins(options):
    yield from (Logins(tls, options.logins) for tls in (False, True))


def idle(options):
    yield Idle(options)
