"""4: what is changed on one node is in force on the others, for sessions that run, too."""
import http.client
import random
import secrets
import socket
import threading
import time

from harness import clients, wire
from harness.cluster import Cluster
from harness.processes import Trouble
from harness.rest import Rest, status_of
from harness.windows import percentile, total_at

WITHIN = 1.5
USERS = 10
SETTINGS = {"defender.enabled": "true"}
FAST, SLOW = 39062, 9766
OPERATION = 256 * 1024


def run(options, report):
    tries = 10 if options.quick else 200
    with Cluster(options.nodes, {**SETTINGS, **options.settings}, clustered=options.clustered, keep=options.out) as cluster:
        cluster.start()
        # Polls ask for what is not there any more.
        cluster.first.rest.post("/iplists/2", {"ipornet": "127.0.0.1/32", "mode": 1, "protocols": 0})
        time.sleep(2)
        for case in options.cases or ["disable", "ban", "limit", "share"]:
            {"disable": disable, "ban": ban, "limit": limit, "share": share}[case](tries // 2 if options.quick and case in ("limit", "share") else tries, report, cluster)


def told(report, name, times, missed=0):
    """Times from the answer of the changing node; below 0: in force before the answer."""
    p99 = percentile(times, 0.99)
    report.figures[f"{name}: seconds"] = {"n": len(times), "p50": percentile(times, 0.5), "p99": p99, "max": max(times, default=None), "missed": missed}
    report.judge(f"{name}: in force on the other nodes", f"p50 {percentile(times, 0.5):.3f} s, p99 {p99:.3f} s, max {max(times, default=0):.3f} s of {len(times)}, {missed} never",
                 f"p99 ≤ {WITHIN} s", times and not missed and p99 <= WITHIN)


def at_random():
    """Changes come at any moment of a tick."""
    time.sleep(random.random())


def in_threads(calls):
    failures = []

    def guarded(call):
        try:
            call()
        except Exception as failure:  # told by the main thread
            failures.append(failure)
    threads = [threading.Thread(target=guarded, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def disable(tries, report, cluster):
    """A session on each other node ends, and no further login is let in there."""
    first, others, ended, let_in, missed = cluster.nodes[0], cluster.nodes[1:] or cluster.nodes, [], [], []
    for number in range(USERS):
        cluster.add_user(f"off{number}")

    def once(user):
        sessions = [clients.idle(cluster, node, user) for node in others]
        try:
            if not all(session.opens() for session in sessions):
                raise Trouble(f"a session of {user} was refused")
            at_random()
            before = time.monotonic()
            cluster.change_user(first, user, status=0)
            answered = time.monotonic()
            for session in sessions:
                try:
                    session.process.wait(10)
                    ended.append(time.monotonic() - before)
                except Exception:
                    missed.append(user)
            time.sleep(max(0, answered + WITHIN - time.monotonic()))
            let_in.extend(user for node in others if clients.can_log_in(cluster, node, user))
        finally:
            for session in sessions:
                session.end()
            cluster.change_user(first, user, status=1)
        clients.wait_for(lambda: all(clients.can_log_in(cluster, node, user) for node in others), 30, "a user that is enabled again", 0.3)

    for _ in range(-(-tries // USERS)):
        in_threads([lambda user=f"off{number}": once(user) for number in range(USERS)])
    told(report, "disable: sessions ended, from the request", ended, len(missed))
    report.judge(f"disable: logins let in {WITHIN} s after the answer", len(let_in), "0", not let_in)


def ban(tries, report, cluster):
    """A connection that is not logged in ends, and a new one is closed before the first byte."""
    first, others = cluster.nodes[0], cluster.nodes[1:] or cluster.nodes
    refused, ended, missed = [], [], 0
    for number in range(tries):
        address = f"127.7.{number // 250}.{number % 250 + 1}"
        waiting = {node: connect(node, address) for node in others}
        if any(greeting(connection) == b"" for connection in waiting.values()):
            report.judge("ban: a connection before the ban", "closed", "greeted", False)
            return
        at_random()
        before = time.monotonic()
        first.rest.post("/defender/hosts", {"ip": address, "minutes": 5})
        open_, let_in = dict(waiting), set(others)
        while (open_ or let_in) and time.monotonic() - before < 10:
            for node in list(let_in):
                if not is_let_in(node, address):
                    refused.append(time.monotonic() - before)
                    let_in.discard(node)
            for node, connection in list(open_.items()):
                if is_over(connection):
                    ended.append(time.monotonic() - before)
                    open_.pop(node).close()
            time.sleep(0.01)
        missed += len(open_) + len(let_in)
        for connection in open_.values():
            connection.close()
    told(report, "ban: new connections refused, from the request", refused, missed)
    told(report, "ban: connections before login ended, from the request", ended, missed)


def connect(node, address):
    return socket.create_connection(("127.0.0.1", node.port), 5, source_address=(address, 0))


def greeting(connection):
    connection.settimeout(5)
    try:
        return connection.recv(255)
    except OSError:
        return b""


def is_let_in(node, address):
    try:
        with connect(node, address) as connection:
            return greeting(connection) != b""
    except OSError:
        return False


def is_over(connection):
    connection.settimeout(0)
    try:
        while True:
            # What comes behind the greeting (a key exchange begins) is not the end.
            if connection.recv(4096) == b"":
                return True
    except BlockingIOError:
        return False
    except OSError:
        return True


def limit(tries, report, cluster):
    """Downloads that run on the other nodes."""
    first, others = cluster.nodes[0], cluster.nodes[1:] or cluster.nodes
    home = cluster.add_user("limited", download_bandwidth=FAST)
    with open(home / "large", "wb") as file:
        file.truncate(1 << 40)
    lower, higher, missed = [], [], 0
    totals = wire.Totals([node.port for node in others], 3)
    running = [clients.sftp(cluster, node, "limited", "get large /dev/null\n") for node in others]
    with wire.Sampler(totals.update, 0.02) as sampler:
        try:
            clients.wait_for(lambda: all(moved > 1 << 20 for moved in totals.by_port.values()), 30, "downloads")
            time.sleep(3)
            for number in range(tries):
                at_random()
                wanted, times = (SLOW, lower) if number % 2 == 0 else (FAST, higher)
                before = time.monotonic()
                cluster.change_user(first, "limited", download_bandwidth=wanted)
                time.sleep(2.0)
                found = in_force(sampler.series(), before, wanted * 1024, len(others))
                missed += found is None
                if found is not None:
                    times.append(found)
        finally:
            for client in running:
                client.end()
    told(report, "limit: a lower one, from the request", lower, missed)
    told(report, "limit: a higher one, from the request", higher, 0)


def in_force(series, since, rate, transfers, span=0.5):
    """When half a second from then on, and every later one, is what the new limit allows (lower) or wants (higher)."""
    last = series[-1][0] - span
    times = [t for t, _ in series if since <= t <= last]
    moved = [total_at(series, t + span) - total_at(series, t) for t in times]
    if rate == SLOW * 1024:
        holds = [m <= rate * (span + 0.1) + transfers * OPERATION for m in moved]
    else:
        holds = [m >= rate * span * 0.85 for m in moved]
    for i in range(len(times)):
        if all(holds[i:]):
            return times[i] - since
    return None


def share(tries, report, cluster):
    """The share is unknown, and a download of it breaks off."""
    first, others = cluster.nodes[0], cluster.nodes[1:] or cluster.nodes
    password = secrets.token_urlsafe(24)
    home = cluster.add_user("sharer", password=password, download_bandwidth=2048)
    with open(home / "large", "wb") as file:
        file.truncate(1 << 32)
    owner = Rest(first.http, "sharer", password, "/api/v2/user/token")
    refused, broken, missed, unbroken = [], [], 0, 0
    for number in range(tries):
        owner.post("/user/shares", {"name": "s", "scope": 1, "paths": ["/large"]})
        share_id = owner.headers["X-Object-ID"]
        path = f"/api/v2/shares/{share_id}?compress=false"
        clients.wait_for(lambda: all(status_of(node.http, path) == 200 for node in others), 10, "a share")
        # If these are not broken off, every one of them would be waited for.
        downloads = [Download(node, path) for node in others] if number < 10 or not unbroken else []
        at_random()
        before = time.monotonic()
        owner.delete(f"/user/shares/{share_id}")
        known = set(others)
        while known and time.monotonic() - before < 10:
            for node in list(known):
                if status_of(node.http, path) == 404:
                    refused.append(time.monotonic() - before)
                    known.discard(node)
            time.sleep(0.02)
        missed += len(known)
        for download in downloads:
            end = download.wait(max(0.0, before + 3 - time.monotonic()))
            if end is None:
                unbroken += 1
            else:
                broken.append(end - before)
    told(report, "share: unknown, from the request", refused, missed)
    told(report, "share: downloads broken off, from the request", broken, unbroken)


class Download:
    """A slow download in a thread; knows when it broke off."""

    def __init__(self, node, path):
        self._connection = http.client.HTTPConnection("127.0.0.1", node.http, timeout=30)
        self._connection.request("GET", path)
        self._answer, self._ended = self._connection.getresponse(), None
        self._answer.read(1)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        try:
            while self._answer.read1(1 << 16):
                pass
        except (http.client.HTTPException, OSError, AttributeError, ValueError):
            pass
        self._ended = time.monotonic()

    def wait(self, seconds):
        self._thread.join(seconds)
        ended = self._ended
        if ended is None and self._connection.sock is not None:
            self._connection.sock.shutdown(socket.SHUT_RDWR)
            self._thread.join(5)
        self._connection.close()
        return ended
