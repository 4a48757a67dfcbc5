"""A control connection as bytes, and the clients that work beside the others."""
import multiprocessing
import re
import socket
import subprocess
import time

from harness.processes import ends_with_parent
from server import PASSWORD, USER

PATIENCE = 60
SECOND = 1.0


class Control:
    def __init__(self, port, source="127.0.0.1", login=True, patience=PATIENCE):
        self.source = source
        self.socket = socket.create_connection(("127.0.0.1", port), patience, (source, 0))
        self.buffer = b""
        self.code = self.reply()
        if login:
            self.ask(f"USER {USER}", 331)
            self.ask(f"PASS {PASSWORD}", 230)

    def reply(self):
        while b"\n" not in self.buffer:
            received = self.socket.recv(4096)
            if not received:
                raise ConnectionError("the server has ended the connection")
            self.buffer += received
        self.line, self.buffer = self.buffer.split(b"\n", 1)
        return int(self.line[:3])

    def ask(self, command, wanted=None):
        self.socket.sendall(command.encode() + b"\r\n")
        code = self.reply()
        if wanted not in (None, code):
            raise ConnectionError(f"{command.split()[0]}: {self.line}")
        return code

    def port(self):
        """The port that EPSV told; None if there is none."""
        return int(re.search(rb"\|\|\|(\d+)\|", self.line).group(1)) if self.ask("EPSV") == 229 else None

    def data(self):
        return socket.create_connection(("127.0.0.1", self.port()), PATIENCE, (self.source, 0))

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()


class Bystanders:
    """A download at a steady pace, and logins by FTP and SFTP one after the other, each in a process of its own."""
    SOURCE, RATE = "127.0.0.9", 20_000_000

    def __init__(self, server):
        self._server, self._phase = server, multiprocessing.Value("i", 0)
        self._rates, self._ftp, self._sftp = multiprocessing.Queue(), multiprocessing.Queue(), multiprocessing.Queue()
        self._workers = [multiprocessing.Process(target=self._quietly, args=(work,), daemon=True) for work in (self._download, self._log_in_ftp, self._log_in_sftp)]

    def __enter__(self):
        for worker in self._workers:
            worker.start()
        time.sleep(8)
        self._phase.value = 1
        return self

    def __exit__(self, *_):
        # A second of the download is over before it is judged.
        time.sleep(1.5)
        self._phase.value = 2
        time.sleep(0.2)
        for worker in self._workers:
            worker.terminate()

    def _quietly(self, work):
        try:
            work()
        except KeyboardInterrupt:
            pass

    def _download(self):
        control = Control(self._server.ftp, self.SOURCE)
        data = control.data()
        control.ask("RETR big", 150)
        begin, taken = time.monotonic(), 0
        while True:
            phase, second_end, second_taken = self._phase.value, time.monotonic() + SECOND, 0
            while (now := time.monotonic()) < second_end:
                # What it was late with is made good, as far as the server lets it.
                owed = int((now - begin) * self.RATE) - taken
                if owed < 65536:
                    time.sleep(0.002)
                    continue
                received = len(data.recv(min(owed, 1 << 20)))
                if not received:
                    self._rates.put((phase, 0))
                    return
                taken += received
                second_taken += received
            self._rates.put((phase, second_taken))

    def _log_in_ftp(self):
        while True:
            begin, phase = time.monotonic(), self._phase.value
            try:
                control = Control(self._server.ftp, self.SOURCE)
                data = control.data()
                control.ask("MLSD", 150)
                while data.recv(65536):
                    pass
                control.reply()
                control.ask("QUIT", 221)
                self._ftp.put((phase, time.monotonic() - begin))
            except (OSError, ValueError, TypeError) as e:
                self._ftp.put((phase, repr(e)))
            time.sleep(0.3)

    def _log_in_sftp(self):
        options = ["-q", "-i", str(self._server.key), "-oIdentitiesOnly=yes", "-oIdentityAgent=none", "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null",
                   "-oBatchMode=yes", f"-oBindAddress={self.SOURCE}", f"-oConnectTimeout={PATIENCE}", "-F", "/dev/null"]
        while True:
            begin, phase = time.monotonic(), self._phase.value
            done = subprocess.run(["sftp", *options, "-P", str(self._server.port), "-b", "-", f"{USER}@127.0.0.1"], input="ls\n", text=True, capture_output=True,
                                  timeout=PATIENCE, preexec_fn=ends_with_parent())
            self._sftp.put((phase, time.monotonic() - begin if done.returncode == 0 else done.stderr[-200:]))
            time.sleep(0.5)

    def judge(self, report, what):
        rates, ftp, sftp = drain(self._rates), drain(self._ftp), drain(self._sftp)
        alone, beside = rates.get(0, [])[1:], rates.get(1, [])
        mean = sum(beside) / max(1, len(beside))
        wanted = sum(alone) / max(1, len(alone))
        report.figure(f"{what}: download alone", wanted / 1e6, "MB/s")
        report.figure(f"{what}: download beside it, mean and worst second", [mean / 1e6, min(beside, default=0) / 1e6], "MB/s")
        report.judge(f"{what}: the download beside it keeps its speed", f"{mean / max(1, wanted):.1%} in {len(beside)} s", "at least 95 %", beside and mean >= 0.95 * wanted)
        for name, outcomes in (("FTP", ftp), ("SFTP", sftp)):
            times = [value for value in outcomes.get(1, []) if isinstance(value, float)]
            failed = [value for value in outcomes.get(1, []) if not isinstance(value, float)]
            report.judge(f"{what}: logins by {name}", f"{len(times)}, {max(times, default=0):.2f} s at most, {len(failed)} refused {failed[:2]}", "some, none refused", times and not failed)


def drain(queue):
    found = {}
    while not queue.empty():
        phase, value = queue.get()
        found.setdefault(phase, []).append(value)
    return found
