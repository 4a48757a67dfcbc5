"""One `hpc serve`."""
import email.utils
import http.client
import os
import pathlib
import re
import secrets
import signal
import subprocess
import time
import urllib.request

from .processes import Trouble, cpu_of, end, ends_with_parent, free_port
from .rest import Rest

ADMIN, PASSWORD = "root", secrets.token_urlsafe(24)
# Bounds that a load from one address would otherwise meet.
SETTINGS = {
    "ssh.limits.max_connections": 30000,
    "ssh.limits.max_per_host": 0,
    "ssh.limits.max_startups_per_host": 0,
    "ssh.limits.max_startups_start": 5000,
    "ssh.limits.max_startups_full": 10000,
    "sessions.max_per_user": 0,
    "sessions.max_total": 0,
    "sessions.idle_timeout_seconds": 0,
    "http.requests_per_second": 0,
    "http.logins_per_minute": 0,
    "http.max_connections_per_address": 10000,
}


class Node:
    executable = ""

    def __init__(self, name, folder, settings):
        self.name, self.folder, self.settings = name, pathlib.Path(folder), {**SETTINGS, **settings}
        self.port, self.admin, self.http = free_port(), free_port(), free_port()
        self.process, self._rest, self.environment = None, None, {}
        self.folder.mkdir(parents=True)

    @property
    def log(self):
        return self.folder / "log"

    def command(self):
        pairs = {**self.settings, "http.listeners[0].address": f"127.0.0.1:{self.http}"}
        return [self.executable, "serve", "--data-dir", str(self.folder / "data"), "--listen", f"127.0.0.1:{self.port}", "--admin-listen", f"127.0.0.1:{self.admin}",
                "--grace-time", "1", "--log-format", "json", *(part for key, value in pairs.items() for part in ("--set", f"{key}={value}"))]

    def start(self, ready=True):
        environment = {**os.environ, "HPC_DEFAULT_ADMIN_USERNAME": ADMIN, "HPC_DEFAULT_ADMIN_PASSWORD": PASSWORD, **self.environment}
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, env=environment,
                                            start_new_session=True, preexec_fn=ends_with_parent(signal.SIGTERM))
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self, seconds=60):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise Trouble(f"node {self.name} has ended with {self.process.returncode}: {self.tail()}")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/readyz", timeout=5) as reply:
                    if reply.status == 200:
                        return
            except OSError:
                time.sleep(0.05)
        raise Trouble(f"node {self.name} is not ready after {seconds} s: {self.tail()}")

    def tail(self, length=800):
        return self.log.read_text(errors="replace")[-length:]

    def has_logged(self, text, since=0):
        with open(self.log, errors="replace") as file:
            file.seek(since)
            return text in file.read()

    @property
    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        if self.is_alive:
            self.thaw()
        end(self.process)

    def cpu(self):
        return cpu_of(self.process.pid)

    def wall_clock(self):
        """What the node takes for the time, in seconds."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http, timeout=10)
        try:
            connection.request("GET", "/healthz")
            return email.utils.parsedate_to_datetime(connection.getresponse().headers["Date"]).timestamp()
        finally:
            connection.close()

    @property
    def rest(self):
        if self._rest is None:
            self._rest = Rest(self.http, ADMIN, PASSWORD)
        return self._rest

    def metrics(self):
        """name{labels} → value."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=30) as reply:
            lines = reply.read().decode().splitlines()
        return {match.group(1): float(match.group(2)) for line in lines if (match := re.match(r"(\w+(?:\{[^}]*\})?) (\S+)", line))}

    def metric(self, name):
        """The sum of a metric over its labels; None if it is not there."""
        values = [value for key, value in self.metrics().items() if key.split("{")[0] == name]
        return sum(values) if values else None
