"""hpc-load, hpc's own load generator, as a client: many sessions from one process, the same for every peer."""
import json
import subprocess
import tempfile

from .accounting import client_child
from .clients import TIMEOUT, ClientFailed, end_all, read_within


def target_flags(server):
    return ["--target", f"127.0.0.1:{server.port}", "--user", server.user, "--key", server.scratch.client_key,
            "--insecure-accept-any-host-key"]


def parse_line(text):
    """The last line that is a JSON object, or None."""
    for line in reversed(text.strip().splitlines()):
        if line.startswith("{"):
            return json.loads(line)
    return None


def check(report, wanted, succeeded):
    """The report if everything went well; ClientFailed with the first error otherwise."""
    if not report or report.get(succeeded) != wanted or report.get("failed"):
        raise ClientFailed(f"hpc-load: {wanted} wanted: {json.dumps(report)[:250]}")
    return report


def logins(path, server, count, parallel):
    """Logs in, opens SFTP and leaves, count times in all; hpc-load's report."""
    command = [path, "logins", *target_flags(server), "--count", str(count), "--parallel", str(parallel), "--sftp", "--json", "-"]
    try:
        done = subprocess.run(command, cwd=server.scratch.client, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              preexec_fn=client_child, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        raise ClientFailed(f"hpc-load did not end within {TIMEOUT} s") from None
    report = parse_line(done.stdout)
    if done.returncode and report is None:
        raise ClientFailed(f"hpc-load ended with {done.returncode}: {done.stderr}")
    return check(report, count, "succeeded")


class IdleHpcLoad:
    """Open SFTP sessions on which nothing moves, all from one hpc-load; they last until its input is closed."""

    label = "hpc-load"
    LONGEST_LINE = 1 << 16

    def __init__(self, path, server):
        self._command = [path, "idle", *target_flags(server), "--parallel", "16", "--hold-until-stdin-closes", "--sessions"]
        self._server = server
        self._process = self._errors = None

    def warm(self, count):
        try:
            self.open(count)
        finally:
            self.close(False)

    def open(self, count):
        self._errors = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(self._command + [str(count)], cwd=self._server.scratch.client, bufsize=0, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, stderr=self._errors, start_new_session=True, preexec_fn=client_child)
        line = read_within(self._process.stdout, self.LONGEST_LINE, TIMEOUT, until_line_ends=True).decode(errors="replace")
        if not line:
            self._errors.seek(0)
            raise ClientFailed(f"hpc-load opened nothing: {self._errors.read()}")
        check(parse_line(line), count, "open")

    def all_open(self):
        return self._process.poll() is None

    def close(self, failed):
        """Closes the sessions; unless something has failed already, all of them must have lived until now."""
        process, self._process = self._process, None
        if process is None:  # it did not even start
            if self._errors:
                self._errors.close()
            return
        try:
            rest, _ = process.communicate(timeout=120)
            if process.returncode and not failed:
                raise ClientFailed(f"hpc-load lost sessions: {rest.decode(errors='replace')}")
        except subprocess.TimeoutExpired:
            raise ClientFailed("hpc-load did not close its sessions within 120 s") from None
        finally:
            end_all([process])
            self._errors.close()
