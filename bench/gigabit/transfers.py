"""One measured transfer: N clients outside the quota, the sampler beside them."""
import os
import subprocess
import sys
import time

import host
import link
import sampling
from servers import PORT

PLAIN_PORT = 5201
HERE = os.path.dirname(os.path.abspath(__file__))


class TransferFailed(RuntimeError):
    pass


def sftp(key, known, cipher, request_bytes, batch, user):
    size = ["-B", str(request_bytes)] if request_bytes else []
    pairs = ["MACs=hmac-sha2-256-etm@openssh.com", "KexAlgorithms=curve25519-sha256", "HostKeyAlgorithms=ssh-ed25519", "Compression=no", "BatchMode=yes",
             "StrictHostKeyChecking=no", f"UserKnownHostsFile={known}", "GlobalKnownHostsFile=/dev/null", "IdentitiesOnly=yes"]
    options = [word for pair in pairs for word in ("-o", pair)]
    return ["sftp", "-q", "-F", "/dev/null", *size, "-i", key, "-c", cipher, *options, "-P", str(PORT), "-b", batch, f"{user}@{link.SERVER_IP}"]


def sustained(samples, payload):
    try:
        return sampling.sustained(samples, payload)
    except ValueError as e:
        raise TransferFailed(str(e)) from None


class Transfers:
    def __init__(self, server, group, work, key, cipher, request_bytes, connections, mib, timeout):
        self._server, self._group, self._work, self._key, self._cipher, self._request_bytes = server, group, work, key, cipher, request_bytes
        self._connections, self._timeout = connections, timeout
        self._each = mib // connections
        self.payload = self._each * connections << 20
        self._source = os.path.join(work, "source.bin")
        with open(self._source, "wb") as f:
            for _ in range(self._each):
                f.write(os.urandom(1 << 20))
        os.link(self._source, os.path.join(server.home, "file.bin"))

    def _read(self, column):
        return lambda: (self._server.counters()[column], self._group.usage() or 0.0)

    def _batches(self, direction):
        for i in range(self._connections):
            path = os.path.join(self._work, f"batch-{i}")
            new = os.path.join(self._server.home, f"new-{i}.bin")
            if os.path.exists(new):
                os.unlink(new)
            with open(path, "w") as f:
                if direction == "download":
                    f.write(f"get {self._server.path('file.bin')} /dev/null\n")
                else:
                    f.write(f"put {self._source} {self._server.path(os.path.basename(new))}\n")
            yield path

    def _wait(self, processes):
        end = time.monotonic() + self._timeout
        try:
            for process in processes:
                try:
                    _, errors = process.communicate(timeout=max(0.1, end - time.monotonic()))
                except subprocess.TimeoutExpired:
                    raise TransferFailed(f"not done after {self._timeout} s")
                if process.returncode != 0:
                    raise TransferFailed((errors or b"").decode(errors="replace").strip() or f"exit code {process.returncode}")
        finally:
            for process in processes:
                host.end(process, 2)

    def run(self, direction):
        """One file per connection, all at once. Rates as in sampling.py, CPU of the whole group."""
        known = os.path.join(self._work, "known_hosts")
        commands = [sftp(self._key, known, self._cipher, self._request_bytes, batch, self._server.user) for batch in self._batches(direction)]
        before, usage, parts, drops = self._group.stat(), self._group.usage(), self._group.user_system(), link.drops()
        sampler = sampling.Sampler(self._read(1 if direction == "download" else 0))
        sampler.start()
        start = time.monotonic()
        try:
            self._wait([host.spawn(c, link.CLIENT_NS, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for c in commands])
        finally:
            seconds = time.monotonic() - start
            samples = sampler.stop()
        after = self._group.stat()
        result = sustained(samples, self.payload)
        result.update({k: after[k] - before[k] for k in after})
        result.update({"seconds": seconds, "wall_bytes_per_second": self.payload / seconds, "drops": link.drops() - drops, "load_average": os.getloadavg()[0]})
        if usage is None:
            result["cores"] = result["cpu_seconds_per_gib"] = None
        else:
            user, system = (b - a for a, b in zip(parts, self._group.user_system()))
            result.update({"cpu_seconds": self._group.usage() - usage, "user_seconds": user, "system_seconds": system})
        self._check(direction)
        return result

    def _check(self, direction):
        if direction == "upload":
            for i in range(self._connections):
                got = os.path.getsize(os.path.join(self._server.home, f"new-{i}.bin"))
                if got != self._each << 20:
                    raise TransferFailed(f"new-{i}.bin has {got} bytes")

    def plain(self, direction, mib):
        """The same link without SSH and without a quota."""
        script = [sys.executable, os.path.join(HERE, "plain_tcp.py")]
        ends = (link.CLIENT_NS, link.CLIENT_IP, link.SERVER_NS) if direction == "download" else (link.SERVER_NS, link.SERVER_IP, link.CLIENT_NS)
        receiver_ns, address, sender_ns = ends
        sampler = sampling.Sampler(self._read(1 if direction == "download" else 0))
        receiver = host.spawn([*script, "receive", address, str(PLAIN_PORT)], receiver_ns, stdout=subprocess.PIPE)
        try:
            receiver.stdout.readline()
            sampler.start()
            try:
                self._wait([host.spawn([*script, "send", address, str(PLAIN_PORT), str(mib)], sender_ns, stderr=subprocess.PIPE)])
            finally:
                samples = sampler.stop()
        finally:
            host.end(receiver)
            receiver.stdout.close()
        return sustained(samples, mib << 20)["payload_bytes_per_second"]
