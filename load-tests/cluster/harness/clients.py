"""OpenSSH's clients."""
import os
import select
import signal
import subprocess
import time

from .processes import Trouble, ends_with_parent

# Small requests in small numbers: what a stopped client has asked for is soon through.
REQUESTS = 8


def options(cluster, source=None):
    pairs = ["IdentitiesOnly=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "GlobalKnownHostsFile=/dev/null", "BatchMode=yes", "Compression=no",
             "KexAlgorithms=curve25519-sha256", "HostKeyAlgorithms=ssh-ed25519", "Ciphers=aes128-gcm@openssh.com", "LogLevel=ERROR"]
    if source:
        pairs.append(f"BindAddress={source}")
    return ["-F", "/dev/null", "-i", str(cluster.key), *(part for pair in pairs for part in ("-o", pair))]


class Client:
    """A client with all its processes, in a group of their own."""

    def __init__(self, command, script=None, output=subprocess.DEVNULL):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.DEVNULL, start_new_session=True, preexec_fn=ends_with_parent())
        if script is not None:
            self.process.stdin.write(script.encode())
            self.process.stdin.close()
        self.runs = True

    @property
    def is_alive(self):
        return self.process.poll() is None

    def _signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return

    def freeze(self):
        if self.runs:
            self._signal(signal.SIGSTOP)
            self.runs = False

    def thaw(self):
        if not self.runs:
            self._signal(signal.SIGCONT)
            self.runs = True

    def end(self):
        self._signal(signal.SIGKILL)
        self.process.wait()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            return


def sftp(cluster, node, user, script, source=None):
    """OpenSSH's sftp with a batch of commands; it ends at the first that fails."""
    return Client(["sftp", "-q", *options(cluster, source), "-R", str(REQUESTS), "-P", str(node.port), "-b", "-", f"{user}@127.0.0.1"], script)


class Idle(Client):
    """A session with an SFTP channel that nothing moves on. It ends when the server ends it."""

    INIT = bytes([0, 0, 0, 5, 1, 0, 0, 0, 3])
    VERSION = 2

    def __init__(self, cluster, node, user, source=None):
        super().__init__(["ssh", *options(cluster, source), "-p", str(node.port), "-s", f"{user}@127.0.0.1", "sftp"], output=subprocess.PIPE)
        self.process.stdin.write(self.INIT)
        self.process.stdin.flush()

    def opens(self, timeout=20):
        """Waits until the SFTP server has answered; False if the session was refused, or there was no answer in time."""
        return bool(select.select([self.process.stdout], [], [], timeout)[0]) and os.read(self.process.stdout.fileno(), 5)[4:] == bytes([self.VERSION])

    def end(self):
        super().end()
        self.process.stdout.close()


def idle(cluster, node, user, source=None):
    return Idle(cluster, node, user, source)


def can_log_in(cluster, node, user, timeout=20):
    """Whether a login, an SFTP channel and a good-bye went well."""
    try:
        done = subprocess.run(["sftp", "-q", *options(cluster), "-P", str(node.port), "-b", "/dev/null", f"{user}@127.0.0.1"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=timeout, preexec_fn=ends_with_parent())
        return done.returncode == 0
    except subprocess.TimeoutExpired:
        return False


def wait_for(condition, seconds, what, pause=0.05):
    """The time until something is so."""
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > seconds:
            raise Trouble(f"{what}: not within {seconds} s")
        time.sleep(pause)
    return time.monotonic() - begin
