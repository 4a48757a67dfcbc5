"""hpc: one process, its own user database, metrics on a loopback port."""
import os
import re
import subprocess
import urllib.request

from .base import PeerMissing, Server, first_line, free_port

# Bounds that a bench from one address with one user would otherwise meet; everything else is as delivered.
SETTINGS = {
    "ssh.limits.max_connections": 30000,
    "ssh.limits.max_per_host": 0,
    "ssh.limits.max_startups_per_host": 0,
    "ssh.limits.max_startups_start": 5000,
    "ssh.limits.max_startups_full": 10000,
    "sessions.max_per_user": 0,
    "sessions.max_total": 0,
    "sessions.idle_timeout_seconds": 0,
}
METRICS = {"allocated": "dotnet_gc_allocated_bytes_total", "gc_pause": "dotnet_gc_pause_seconds_total"}


def parse_metrics(text):
    """The counters of METRICS in Prometheus text; what is not there is left out."""
    found = {}
    for key, name in METRICS.items():
        match = re.search(rf"^{name}(?:\{{[^}}]*\}})? (\S+)", text, re.M)
        if match:
            found[key] = float(match.group(1))
    return found


class Hpc(Server):
    name = "hpc"
    protocols = ("sftp", "ftp")
    one_process = True
    executable = ""

    def version(self):
        if not os.access(self.executable, os.X_OK):
            raise PeerMissing(f"{self.executable} is not there (dotnet build -c Release src/Server)")
        return first_line(self.executable, "version")

    def prepare(self):
        self.data = os.path.join(self.folder, "data")
        self.admin = free_port()
        self.ftp_port = free_port()
        if self._prepared:
            return
        self._prepared = True
        subprocess.run([self.executable, "user", "add", self.user, "--home", self.home, "--password-stdin",
                        "--public-key", self.scratch.client_key + ".pub", "--data-dir", self.data],
                       check=True, stdout=subprocess.DEVNULL, input=self.scratch.password + "\n", text=True)

    def ports(self):
        return [self.port, self.ftp_port, self.admin]

    def command(self):
        settings = [part for key, value in SETTINGS.items() for part in ("--set", f"{key}={value}")]
        # As with the other servers: hpc's own range lies where the kernel takes the clients' ports from, on loopback the same ones.
        first = 20000 + self.ftp_port % 20000
        settings += ["--set", f"ftp.passive_ports={first}-{first + 199}"]
        settings += ["--set", f"ftp.certificate_file={self.scratch.certificate}", "--set", f"ftp.certificate_key_file={self.scratch.certificate_key}"]
        return [self.executable, "serve", "--data-dir", self.data, "--listen", f"127.0.0.1:{self.port}", "--ftp-listen", f"127.0.0.1:{self.ftp_port}",
                "--admin-listen", f"127.0.0.1:{self.admin}", "--grace-time", "1", *settings]

    def counters(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=10) as reply:
            return parse_metrics(reply.read().decode())
