"""Many small files: in one session by OpenSSH sftp, and in eight lanes by rclone."""
import os
import shutil

from .. import clients
from ..scratch import remove_content
from .base import Case, WrongResult, same_folder


class Small(Case):
    """One folder of files; put -r or get -r in one session."""

    workload = "small"
    figures = ("cpu_per_file", "files_s")

    def __init__(self, direction, count, size):
        self.direction, self.count, self.size = direction, count, size
        self.scale = count
        kib = size // 1024
        self.key = f"small-{direction}.{kib}k"
        self.title = f"{direction}, {count:,} × {kib} KiB, one session"

    def prepare(self, scratch, servers):
        self.source = os.path.join(scratch.source, "small")
        os.mkdir(self.source)
        for i in range(self.count):
            with open(os.path.join(self.source, f"f{i:05d}"), "wb") as f:
                f.write(os.urandom(self.size))
        for server in servers:
            folder = os.path.join(server.home, "small")
            os.mkdir(folder)
            server.owner.take(folder)
            if self.direction == "download":
                for name in os.listdir(self.source):
                    os.link(os.path.join(self.source, name), os.path.join(folder, name))

    def _copy(self, server):
        if self.direction == "download":
            return os.path.join(server.scratch.client, "back")
        return os.path.join(server.home, "small")

    def work(self, server):
        # The folder to be uploaded into is there already: mod_sftp resolves only names that exist.
        script = "get -r small back\n" if self.direction == "download" else f'put -r "{self.source}" .\n'
        clients.sftp(server, [script])

    def verify(self, server, thorough):
        if not same_folder(self.source, self._copy(server), thorough):
            raise WrongResult("the files did not arrive as they were sent")

    def after(self, server):
        if self.direction == "download":
            shutil.rmtree(self._copy(server), ignore_errors=True)
        else:
            remove_content(self._copy(server))

    def cleanup(self, scratch, servers):
        shutil.rmtree(self.source)
        for server in servers:
            shutil.rmtree(os.path.join(server.home, "small"))

    def values(self, raw):
        return {"cpu_per_file": raw["server_cpu"] / self.count * 1e6, "files_s": self.count / raw["wall"]}


class SmallByRclone(Small):
    """The same upload by rclone with eight transfers at a time."""

    def __init__(self, count, size):
        super().__init__("upload", count, size)
        kib = size // 1024
        self.key = f"small-upload.rclone.{kib}k"
        self.title = f"upload, {count:,} × {kib} KiB, rclone with 8 transfers"

    def work(self, server):
        clients.rclone_copy(server, self.source, "small")


def cases(options):
    yield from (Small(way, options.files, size) for size in (1 << 10, 1 << 16) for way in ("upload", "download"))
    yield SmallByRclone(options.files, 1 << 10)
