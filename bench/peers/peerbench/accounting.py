"""CPU seconds of a server with all its processes, those that have ended included.

Two ways, chosen once for all peers of a run:

cgroup  a cgroup v2 of its own per server; cpu.stat counts every process that ever ran in it, in microseconds.
        Needs the right to make cgroups (root).
proc    /proc: user and system time of the living tree and of the reaped children. The server is a child subreaper,
        so grandchildren whose parent has ended come back to it and are counted when it reaps them. The kernel keeps
        these times exactly and shows them in ticks (10 ms), so a figure may be a few ticks short. For a server of one
        process the nanosecond times of its threads are used where they are larger.
"""
import ctypes
import os
import signal
import time

from . import procfs

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
LIBC = ctypes.CDLL(None, use_errno=True)


def parse_cpu_stat(text):
    """usage_usec of a cgroup's cpu.stat, in seconds."""
    for line in text.splitlines():
        name, _, value = line.partition(" ")
        if name == "usage_usec":
            return int(value) / 1e6
    raise ValueError("cpu.stat has no usage_usec")


def parse_cgroup2_mount(mounts):
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) > 2 and fields[2] == "cgroup2":
            return fields[1]
    return None


def parse_own_cgroup2(text):
    """The path of the 0:: line of /proc/self/cgroup."""
    for line in text.splitlines():
        if line.startswith("0::"):
            return line[3:]
    return None


class ProcAccount:
    kind = "proc"

    def enter(self):
        """Called in the child before it becomes the server."""

    def pids(self, root):
        return list(procfs.tree(root))

    def cpu(self, root):
        stats = procfs.tree(root)
        total = sum(s.own + s.reaped for s in stats.values())
        if len(stats) == 1:
            total = max(total, procfs.threads_cpu(root))
        return total

    def close(self):
        pass


class CgroupAccount:
    kind = "cgroup"

    def __init__(self, folder):
        self.folder = folder
        os.mkdir(folder)

    def enter(self):
        with open(os.path.join(self.folder, "cgroup.procs"), "w") as f:
            f.write("0")

    def pids(self, root):
        return [int(p) for p in procfs.read(os.path.join(self.folder, "cgroup.procs")).split()]

    def cpu(self, root):
        return parse_cpu_stat(procfs.read(os.path.join(self.folder, "cpu.stat")))

    def close(self):
        """Ends what the server has left behind and removes the group."""
        for _ in range(50):
            left = self.pids(0)
            if not left:
                break
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.05)
        os.rmdir(self.folder)


class Accounts:
    """Makes one account per server, all of the same kind."""

    def __init__(self, kind="auto"):
        self._base = None
        self._made = 0
        if kind != "proc":
            self._base = self._writable_cgroup()
            if kind == "cgroup" and not self._base:
                raise SystemExit("--accounting cgroup: no cgroup v2 in which groups can be made")
        self.kind = "cgroup" if self._base else "proc"

    @staticmethod
    def _writable_cgroup():
        try:
            mount = parse_cgroup2_mount(procfs.read("/proc/mounts"))
            own = parse_own_cgroup2(procfs.read("/proc/self/cgroup"))
            if not mount or own is None:
                return None
            base = os.path.join(mount, own.lstrip("/"))
            probe = os.path.join(base, f"hpc-bench-{os.getpid()}-probe")
            os.mkdir(probe)
            try:
                parse_cpu_stat(procfs.read(os.path.join(probe, "cpu.stat")))
            finally:
                os.rmdir(probe)
            return base
        except (OSError, ValueError):
            return None

    def open(self, name):
        if not self._base:
            return ProcAccount()
        self._made += 1
        return CgroupAccount(os.path.join(self._base, f"hpc-bench-{os.getpid()}-{self._made}-{name}"))


def server_child(account):
    """What a server's process does between fork and exec: its group, and an end when the bench ends."""
    def prepare():
        # Not where it is not needed: vsftpd's listener does not survive the end of a process that it has not started.
        if account.kind == "proc":
            LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        account.enter()
    return prepare


def client_child():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
