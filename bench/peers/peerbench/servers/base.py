"""A server under measurement: started on a free loopback port, stopped with everything it has started."""
import os
import shutil
import signal
import socket
import subprocess
import time

from .. import procfs
from ..accounting import server_child
from ..scratch import Owner


class PeerMissing(Exception):
    """The peer is not installed (or not built)."""


class PeerFailed(Exception):
    """The peer did not start."""


# Where --install unpacks the FTP daemons that apt will not install beside one another.
UNPACKED = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "hpc-peers")


def find_tool(name):
    path = shutil.which(name, path=":".join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin", f"{UNPACKED}/usr/sbin", f"{UNPACKED}/usr/bin"]))
    if not path:
        raise PeerMissing(f"{name} is not installed (--install)")
    return path


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def first_line(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    lines = (done.stdout.strip() or done.stderr.strip()).splitlines()
    return lines[0].strip() if lines else ""


def is_program_of(server, program):
    """sshd runs its sessions as sshd, sshd-session or sshd-auth, depending on its version."""
    return program == server or program.startswith(server + "-")


class Server:
    """Subclasses give name, version(), prepare() and command()."""

    name = ""
    protocols = ("sftp",)  # of which cases it takes part in
    base = ""  # where its home is seen by an FTP client
    one_process = False  # all sessions in one process: memory per session is RSS growth, else PSS growth of the tree
    owner_name = None
    directory_memory = 0.0  # seconds for which the server may not see what was changed on the disk

    def __init__(self, scratch, accounts):
        self.scratch, self.accounts = scratch, accounts
        self.folder = scratch.folder_for(self.name)
        self.home = os.path.join(self.folder, "home")
        os.makedirs(self.home, exist_ok=True)
        self.owner = Owner(self.owner_name)
        self.owner.take(self.home)
        self.user = "bench"
        self.port = 0
        self.process = self.account = None
        self._prepared = False

    def version(self):
        raise NotImplementedError

    def prepare(self):
        """Writes configuration; called at every start, since the port is new each time."""

    def command(self):
        raise NotImplementedError

    def start(self):
        self.port = free_port()
        self.prepare()
        self.account = self.accounts.open(self.name)
        self.log_path = os.path.join(self.folder, "server.log")
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                start_new_session=True, preexec_fn=server_child(self.account))
        until = time.monotonic() + 60
        while not all(procfs.listening(port) for port in self.ports()):
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise PeerFailed(f"{self.name} did not listen: {self.log_tail()}")
            time.sleep(0.05)

    def ports(self):
        """What it listens on once it has started."""
        return [self.port]

    def log_tail(self):
        with open(self.log_path, errors="replace") as f:
            return " / ".join(f.read().strip().splitlines()[-3:])

    def stop(self):
        if self.process is None:
            return
        process, self.process = self.process, None
        below = self.account.pids(process.pid)
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        if self.account.kind == "proc":
            self._end_sessions(below)
        self.account.close()

    def _end_sessions(self, pids):
        """Session processes that left the server's process group; only those that are still this server's."""
        own = os.path.basename(os.path.realpath(self.command()[0]))
        for pid in pids:
            try:
                if is_program_of(own, os.path.basename(os.readlink(f"/proc/{pid}/exe"))):
                    os.kill(pid, signal.SIGKILL)
            except (OSError, ProcessLookupError):
                pass

    def restart(self):
        self.stop()
        self.start()

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def pids(self):
        return self.account.pids(self.process.pid)

    def cpu(self):
        return self.account.cpu(self.process.pid)

    def settled_cpu(self, quiet_processes):
        """CPU once the sessions' processes have ended and almost nothing is used any more."""
        last = self.cpu()
        for _ in range(50):
            time.sleep(0.06)
            now = self.cpu()
            if now - last < 0.002 and len(self.pids()) <= quiet_processes:
                return now
            last = now
        return last

    def rss(self):
        return procfs.rss(self.pids())

    def memory(self):
        """Bytes by which memory per session is told."""
        return procfs.rss(self.pids()) if self.one_process else procfs.pss(self.pids())

    def counters(self):
        """Counters the server tells about itself (allocated bytes, GC pause); none by default."""
        return {}
