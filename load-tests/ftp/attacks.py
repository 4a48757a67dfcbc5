"""What the clients do that give nothing back."""
import random
import selectors
import socket
import time

from client import Bystanders, Control
from harness.processes import Trouble
from server import Watch, judge_back

SESSIONS, PASV_EACH = 100, 100
RANGE, CONNECT_SECONDS = 200, 5
SLOW, ADDRESSES, GRACE, IDLE, PAUSE = 1000, 40, 20, 20, 2.0
LINE, LINES = 1_000_000, 40


def warm(server):
    """What is made once and kept: threads, code, caches."""
    sessions = [Control(server.ftp) for _ in range(40)]
    for _ in range(3):
        for session in sessions:
            data = session.data()
            session.ask("MLSD", 150)
            while data.recv(65536):
                pass
            session.reply()
    for session in sessions:
        session.ask("QUIT", 221)
        session.socket.close()
    time.sleep(2)


def passive(server, report):
    warm(server)
    with Bystanders(server) as beside, Watch(server) as watch:
        begin = time.monotonic()
        sessions = [Control(server.ftp) for _ in range(SESSIONS)]
        told = set()
        for _ in range(PASV_EACH):
            for session in sessions:
                session.socket.sendall(b"PASV\r\n")
            for session in sessions:
                if session.reply() != 227:
                    raise Trouble(session.line.decode())
                told.add(session.line)
        report.figure("PASV per second", SESSIONS * PASV_EACH / (time.monotonic() - begin))
        time.sleep(4)
        for i, session in enumerate(sessions):
            session.reset() if i % 2 else session.socket.close()
    most = watch.most["ports"] - watch.before["ports"]
    report.judge("ports at once", most, f"at most {SESSIONS} and those of the clients beside", most <= SESSIONS + 3)
    beside.judge(report, "10,000 PASV")
    judge_back(report, watch, "10,000 PASV")
    crowded(server, report)


def crowded(server, report):
    """More of them than there are ports: who comes gets one as soon as another has been waited for in vain."""
    with Watch(server) as watch:
        sessions = [Control(server.ftp) for _ in range(RANGE + 100)]
        begin = time.monotonic()
        given = sum(1 for session in sessions if session.port())
        report.judge("ports of the range that were given", given, f"{RANGE}", given == RANGE)
        late = Control(server.ftp, "127.0.0.9")
        while (port := late.port()) is None and time.monotonic() - begin < 60:
            time.sleep(0.1)
        waited = time.monotonic() - begin
        report.judge("a port for who asks when none is free", f"after {waited:.1f} s", f"soon after {CONNECT_SECONDS} s", port is not None and waited < 4 * CONNECT_SECONDS)
        data = socket.create_connection(("127.0.0.1", port), 60, ("127.0.0.9", 0))
        late.ask("MLSD", 150)
        while data.recv(65536):
            pass
        report.judge("its transfer", late.reply(), "226", late.line.startswith(b"226"))
        for session in [*sessions, late]:
            session.socket.close()
    judge_back(report, watch, "more PASV than ports")


class Crowd:
    """Connections that send a byte now and then, until the server ends them."""

    def __init__(self, controls):
        self.open, self.ended, self.begin = set(controls), [], time.monotonic()
        self._selector = selectors.DefaultSelector()
        for control in controls:
            control.socket.setblocking(False)
            self._selector.register(control.socket, selectors.EVENT_READ, control)

    def go(self, seconds, text=b"N"):
        end, next_byte = time.monotonic() + seconds, time.monotonic()
        while self.open and time.monotonic() < end:
            if time.monotonic() >= next_byte:
                next_byte += PAUSE
                for control in list(self.open):
                    try:
                        control.socket.send(text)
                    except OSError:
                        self._end(control)
            for key, _ in self._selector.select(0.1):
                try:
                    if key.data.socket.recv(4096):
                        continue
                except BlockingIOError:
                    continue
                except OSError:
                    pass
                self._end(key.data)

    def _end(self, control):
        if control in self.open:
            self.open.discard(control)
            self.ended.append(time.monotonic() - self.begin)
            self._selector.unregister(control.socket)
            control.socket.close()


def judge_crowd(report, watch, crowd, count, what, seconds):
    report.judge(f"{what}: all are sent away", f"{len(crowd.ended)} of {count}, {min(crowd.ended, default=0):.1f} to {max(crowd.ended, default=0):.1f} s", f"{count}, after {seconds} s", len(crowd.ended) == count)
    report.figure(f"{what}: memory per connection", (watch.most["resident_kib"] - watch.before["resident_kib"]) / count, "KiB")


def slow(server, report):
    warm(server)
    with Bystanders(server) as beside, Watch(server) as watch:
        # From one address: no more than it may have are let in, and the others find their places free.
        let_in = []
        for _ in range(SLOW):
            try:
                control = Control(server.ftp, "127.0.2.1", login=False)
                if control.code == 220:
                    let_in.append(control)
            except OSError:
                pass
        report.judge("one address: let in before login", f"{len(let_in)} of {SLOW}", "at most 50", 0 < len(let_in) <= 50)
        crowd = Crowd(let_in)
        crowd.go(GRACE + 20)
    judge_crowd(report, watch, crowd, len(let_in), "one address", GRACE)
    beside.judge(report, "one address")
    judge_back(report, watch, "one address")
    with Bystanders(server) as beside, Watch(server) as watch:
        controls = [Control(server.ftp, f"127.0.1.{1 + i % ADDRESSES}", login=False) for i in range(SLOW)]
        crowd = Crowd(controls)
        crowd.go(GRACE + 25)
    judge_crowd(report, watch, crowd, SLOW, "many addresses", GRACE)
    beside.judge(report, "many addresses")
    judge_back(report, watch, "many addresses")
    with Bystanders(server) as beside, Watch(server) as watch:
        controls = [Control(server.ftp, f"127.0.1.{1 + i % ADDRESSES}") for i in range(SLOW)]
        crowd = Crowd(controls)
        crowd.go(IDLE + 40)
    judge_crowd(report, watch, crowd, SLOW, "logged in", IDLE)
    beside.judge(report, "logged in")
    judge_back(report, watch, "logged in")


def lines(server, report):
    warm(server)
    line = b"STOR " + b"x" * LINE
    with Bystanders(server) as beside, Watch(server) as watch:
        controls = [Control(server.ftp, f"127.0.1.{1 + i % ADDRESSES}", login=i % 2 == 0) for i in range(100)]
        begin = time.monotonic()
        for _ in range(LINES):
            for control in controls:
                control.socket.sendall(line + b"\r\n")
            for control in controls:
                if control.reply() != 500:
                    raise Trouble(control.line.decode())
        for control in controls:
            control.ask("NOOP", 200)
        report.figure("lines of 1 MB per second", LINES * len(controls) / (time.monotonic() - begin))
        # Without an end, and then gone.
        for control in controls:
            control.socket.sendall(line)
        time.sleep(2)
        for i, control in enumerate(controls):
            control.reset() if i % 2 else control.socket.close()
    growth = watch.most["resident_kib"] - watch.before["resident_kib"]
    report.judge("lines of 1 MB: memory meanwhile", f"{growth} KiB", "at most 65536 KiB for 100 connections", growth <= 65536)
    beside.judge(report, "lines of 1 MB")
    judge_back(report, watch, "lines of 1 MB")


# Below what the kernel gives to clients.
FIRST = random.randrange(20000, 32000)
SCENARIOS = {
    "passive": ({"ftp.passive_ports": f"{FIRST}-{FIRST + RANGE - 1}", "ftp.connect_seconds": str(CONNECT_SECONDS)}, passive),
    "slow": ({
        "ssh.login_grace_seconds": str(GRACE), "sessions.idle_timeout_seconds": str(IDLE),
        "ssh.limits.max_startups_per_host": "50",
    }, slow),
    "lines": ({}, lines),
}
