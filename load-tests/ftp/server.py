"""The server under load, and what its process holds."""
import os
import pathlib
import subprocess
import threading
import time

from harness.node import Node
from harness.processes import Trouble, free_port

USER, PASSWORD = "worker", "a worker's password"
BIG = 1 << 33


class Server(Node):
    def __init__(self, executable, folder, settings):
        Node.executable = executable
        self.ftp = free_port()
        super().__init__("server", pathlib.Path(folder) / "node", {
            "ftp.listeners[0].address": f"127.0.0.1:{self.ftp}",
            "ftp.passive_ports": "",
            "passwords.bcrypt_cost": "4",
            **settings,
        })
        self.home, self.key = pathlib.Path(folder) / "home", pathlib.Path(folder) / "key"

    def start(self, ready=True):
        super().start(ready)
        self.home.mkdir()
        with open(self.home / "big", "wb") as file:
            file.truncate(BIG)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.key)], check=True)
        subprocess.run([self.executable, "user", "add", USER, "--home", str(self.home), "--password-stdin", "--public-key", f"{self.key}.pub",
                        "--data-dir", str(self.folder / "data")], input=PASSWORD + "\n", text=True, check=True, stdout=subprocess.DEVNULL)
        return self

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def resident_kib(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))

    def ports(self):
        """How many TCP ports it listens on."""
        folder, held = f"/proc/{self.process.pid}/fd", set()
        for name in os.listdir(folder):
            try:
                held.add(os.readlink(f"{folder}/{name}"))
            except OSError:
                continue
        with open(f"/proc/{self.process.pid}/net/tcp") as file:
            return sum(1 for line in file if (fields := line.split())[3] == "0A" and f"socket:[{fields[9]}]" in held)


class Watch:
    """Reads what the server holds four times a second; the most of each is kept."""

    def __init__(self, server):
        self.server, self._over = server, threading.Event()
        self.before = self.read()
        self.most = dict(self.before)
        self._thread = threading.Thread(target=self._go, daemon=True)

    def read(self):
        return {"ports": self.server.ports(), "descriptors": self.server.descriptors(), "resident_kib": self.server.resident_kib()}

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _go(self):
        while not self._over.wait(0.25):
            for name, value in self.read().items():
                self.most[name] = max(value, self.most.get(name, 0))

    def wait_back(self, seconds=60):
        """What it holds once ports and descriptors are as before, or when the time is over."""
        end = time.monotonic() + seconds
        while True:
            now = self.read()
            if (now["ports"] <= self.before["ports"] and now["descriptors"] <= self.before["descriptors"] + 16) or time.monotonic() > end:
                return now
            time.sleep(0.25)


def judge_back(report, watch, what, most_growth_kib=65536):
    now = watch.wait_back()
    report.figure(f"{what}: before, at most, after", [watch.before, watch.most, now])
    report.judge(f"{what}: ports", now["ports"], f"at most {watch.before['ports']}", now["ports"] <= watch.before["ports"])
    report.judge(f"{what}: descriptors", now["descriptors"], f"at most {watch.before['descriptors'] + 16}", now["descriptors"] <= watch.before["descriptors"] + 16)
    growth = now["resident_kib"] - watch.before["resident_kib"]
    report.judge(f"{what}: memory that stays", f"{growth} KiB", f"at most {most_growth_kib} KiB", growth <= most_growth_kib)
    if not watch.server.is_alive:
        raise Trouble("the server has ended: " + watch.server.tail())
