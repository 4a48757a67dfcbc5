"""ls -l of one large directory."""
import os
import shutil

from .. import clients
from .base import Case, WrongResult


def names_in(listing):
    """The last word of every line that ends in .dat, without its folder."""
    return [line.rsplit(None, 1)[-1].rpartition("/")[2] for line in listing.splitlines() if line.endswith(".dat")]


class Listing(Case):
    workload = key = "list"
    figures = ("cpu", "wall")

    def __init__(self, entries):
        self.entries = self.scale = entries
        self.title = f"ls -l of {entries:,} entries"

    def _names(self):
        return [f"entry-{i:06d}.dat" for i in range(self.entries)]

    def prepare(self, scratch, servers):
        for server in servers:
            folder = os.path.join(server.home, "many")
            os.mkdir(folder)
            for name in self._names():
                path = os.path.join(folder, name)
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))
                server.owner.take(path)
            server.owner.take(folder)

    def work(self, server):
        self.listed = clients.sftp(server, ["ls -l many\n"], keep_output=True)[0]

    def verify(self, server, thorough):
        found = names_in(self.listed)
        if len(found) != self.entries or (thorough and sorted(found) != self._names()):
            raise WrongResult(f"{len(found)} of {self.entries} names were listed")

    def cleanup(self, scratch, servers):
        for server in servers:
            shutil.rmtree(os.path.join(server.home, "many"))

    def values(self, raw):
        return {"cpu": raw["server_cpu"], "wall": raw["wall"]}


def cases(options):
    yield Listing(options.entries)
