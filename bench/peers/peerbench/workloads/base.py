"""A case: one thing to measure, the same for every peer."""
import hashlib
import os
import time

from ..scratch import digest_of


class WrongResult(Exception):
    """The client was content, but what arrived is not what was sent."""


class Case:
    """Prepared once for all peers, then run round by round; subclasses say what is measured and verified."""

    key = title = workload = ""
    figures = ()
    protocol = "sftp"
    scale = None  # how much was moved, listed or opened; targets.json says from where on a figure counts

    def prepare(self, scratch, servers):
        """Puts into every home what the runs need."""

    def before(self, server):
        """Unmeasured, in front of every run."""

    def work(self, server):
        raise NotImplementedError

    def verify(self, server, thorough):
        """Raises WrongResult; sizes always, contents when thorough."""

    def after(self, server):
        """Unmeasured, behind every run, also a failed one."""

    def cleanup(self, scratch, servers):
        """Removes what prepare has made."""

    def values(self, raw):
        """The figures of one run."""
        raise NotImplementedError

    def measure(self, meter, server, thorough):
        def before():
            self.before(server)
            time.sleep(server.directory_memory)
        return meter.measure(server, lambda: self.work(server), before,
                             lambda: self.verify(server, thorough), lambda: self.after(server))


def same_file(path, size, digest=None):
    """True once path is there in full; a server may finish a file shortly after its client has gone."""
    until = time.monotonic() + 10
    while not (os.path.exists(path) and os.path.getsize(path) == size):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return digest is None or digest_of(path) == digest


def same_folder(source, copy, thorough):
    """True if copy holds exactly the files of source, in size and, when thorough, in content."""
    def state(folder):
        with os.scandir(folder) as entries:
            return {e.name: e.stat().st_size for e in entries}
    if not os.path.isdir(copy):
        return False
    wanted = state(source)
    until = time.monotonic() + 10
    while state(copy) != wanted:
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return not thorough or all(content(source, n) == content(copy, n) for n in wanted)


def content(folder, name):
    with open(os.path.join(folder, name), "rb") as f:
        return hashlib.sha256(f.read()).digest()
