"""7: event rules on a schedule run once in the cluster, whatever node dies and whatever the clocks do."""
import collections
import glob
import http.server
import json
import os
import threading
import time

from harness import clients
from harness.cluster import Cluster
from harness.node import ADMIN, PASSWORD
from harness.rest import Rest

HOUR = 3600
# A node sleeps up to 30 s before it looks at its clock again: with more than that every node is awake at the hour, with less they come late.
EARLY, LATE = 34.0, 3.0
# From the hour on, until every node has seen it.
PATIENCE = 45.0
# A second call would come in this time.
SETTLE = 5.0
BEFORE_THE_HOUR = 1.0
APART = 0.3

ROUNDS = {
    "together": "clocks agree",
    "apart": f"clocks are {APART} s apart",
    "late": "nodes see it late",
    "killed": f"the node whose clock is first is killed {BEFORE_THE_HOUR:.0f} s before",
    "killed late": "a node is killed before, the others see it late",
    "in the act": "the node that runs it is killed meanwhile",
}


def run(options, report):
    library = next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)
    if library is None:
        report.skip("rules: hours that come soon", "libfaketime is not installed (Debian package faketime); in virtual time: tests/Events")
        return
    with Sink() as sink, Cluster(options.nodes, options.settings, clustered=options.clustered, keep=options.out) as cluster:
        clock = Clock(cluster, library)
        cluster.start()
        for path, number, trigger, everywhere in (("once", 1, 3, False), ("every", 2, 3, True), ("asked", 3, 6, False)):
            add_rule(cluster.first, sink, path, trigger, everywhere)
        rules = Rules(report, cluster, clock, sink)
        for case in options.cases or ["connections", "asked", "hours", "back"]:
            {"connections": rules.connections, "asked": rules.asked, "hours": rules.hours, "back": rules.back}[case](options.quick)
        rules.end()


def add_rule(node, sink, name, trigger, everywhere):
    rest = Rest(node.http, ADMIN, PASSWORD)
    body = json.dumps({"at": "{{DateTime}}", "uid": "{{UID}}"})
    rest.post("/eventactions", {"name": name, "type": 1, "options": {"http_config": {"endpoint": f"http://127.0.0.1:{sink.port}/{name}", "method": "POST", "timeout": 20, "body": body}}})
    schedules = [{"hour": "*", "day_of_week": "*", "day_of_month": "*", "month": "*"}] if trigger == 3 else []
    rest.post("/eventrules", {"name": name, "status": 1, "trigger": trigger, "conditions": {"schedules": schedules, "options": {"concurrent_execution": everywhere}},
                              "actions": [{"name": name, "order": 1}]})


class Call:
    def __init__(self, rule, at, uid):
        self.rule, self.hour, self.uid, self.heard = rule, at[:13], uid, time.time()


class Sink:
    """Hears what rules send. While `hold` is set, calls of that rule wait for their answer."""

    def __init__(self):
        self.calls, self.hold, self._changed = [], None, threading.Condition()
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                sink.hear(Call(self.path.strip("/"), body["at"], body["uid"]))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                return

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                # A node that was killed does not take its answer.
                return

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.release()
        self._server.shutdown()
        self._server.server_close()

    def hear(self, call):
        with self._changed:
            self.calls.append(call)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.hold != call.rule, 15)

    def release(self):
        with self._changed:
            self.hold = None
            self._changed.notify_all()

    def of(self, rule, hour=None):
        with self._changed:
            return [call for call in self.calls if call.rule == rule and hour in (None, call.hour)]

    def wait(self, rule, hour, count, seconds):
        """Whether there were so many calls in time."""
        begin = time.monotonic()
        while len(self.of(rule, hour)) < count:
            if time.monotonic() - begin > seconds:
                return False
            time.sleep(0.02)
        return True


class Clock:
    """What the nodes take for the time: libfaketime reads from a file of each node how far it is ahead."""

    def __init__(self, cluster, library):
        self._cluster = cluster
        # Ten past: nothing is due while nodes start.
        self.ahead = (600 - time.time()) % HOUR
        for node in cluster.nodes:
            node.environment = {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": str(self._file(node)), "FAKETIME_CACHE_DURATION": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                                "DONT_FAKE_MONOTONIC": "1"}
        self._write({})

    def _file(self, node):
        return self._cluster.root / f"clock-{node.name}"

    def _write(self, further):
        for node in self._cluster.nodes:
            new = self._file(node).with_suffix(".new")
            new.write_text(f"{self.ahead + further.get(node, 0.0):+.3f}s\n")
            # At no time is there half a file.
            os.replace(new, self._file(node))

    def now(self):
        return time.time() + self.ahead

    def go_before(self, hour, seconds, further=None):
        """So long before an hour; nodes may be further ahead."""
        self.ahead = hour - seconds - time.time()
        self._write(further or {})

    def wait_until(self, when):
        time.sleep(max(0.0, when - self.now()))


def next_hour(now):
    return (now // HOUR + 1) * HOUR


def name_of(hour):
    """The hour as calls tell it."""
    return time.strftime("%Y-%m-%dT%H", time.gmtime(hour))


def where(listed, asked):
    """The name of the node that a list of sessions tells: a part of its id is behind it; a node may leave out that a session is its own."""
    return listed.rpartition("-")[0] or listed or asked.name


class Rules:
    def __init__(self, report, cluster, clock, sink):
        self.report, self.cluster, self.clock, self.sink = report, cluster, clock, sink
        self.rounds, self.by_node = 0, collections.Counter()
        # Hours that were run, oldest first, and how many calls there were when their round was over.
        self.ran, self.heard = [], {}

    def rest(self, node):
        # A token of an hour ago is no longer good.
        return Rest(node.http, ADMIN, PASSWORD)

    def node_of(self, call):
        """The node that says it ran this."""
        return next((node for node in self.cluster.nodes if node.has_logged(call.uid)), None)

    def names_of(self, calls):
        return sorted(node.name if (node := self.node_of(call)) else "?" for call in calls)

    def connections(self, _quick):
        nodes = self.cluster.nodes[:2]
        self.cluster.add_user("ann")
        wanted = sorted(node.name for node in nodes)
        sessions = [clients.idle(self.cluster, node, "ann") for node in nodes]
        try:
            if not all(session.opens(30) for session in sessions):
                self.report.judge("connections: sessions on two nodes", "refused", "open", False)
                return
            for node in self.cluster.nodes:
                found, until = None, time.monotonic() + 10
                # The others hear of a session within a tick.
                while found != wanted and time.monotonic() < until:
                    found = sorted(where(one["node"], node) for one in self.rest(node).get("/connections") if one["username"] == "ann")
                    time.sleep(0.1)
                self.report.judge(f"connections: listed by node {node.name}, sessions of nodes", ", ".join(found), ", ".join(wanted), found == wanted)
        finally:
            for session in sessions:
                session.end()

    def asked(self, _quick):
        for node in self.cluster.nodes:
            before = len(self.sink.of("asked"))
            self.rest(node).post("/eventrules/run/asked")
            self.sink.wait("asked", None, before + 1, 20)
            time.sleep(2)
            calls = self.sink.of("asked")[before:]
            names = self.names_of(calls)
            self.report.judge(f"asked: calls, through node {node.name}", f"{len(calls)} ({', '.join(names)})", f"1 ({node.name})", names == [node.name])

    def hours(self, quick):
        kinds = ["apart", "killed"] if quick else ["together", "killed", "late", "in the act", "apart", "killed", "killed late"]
        for kind in kinds:
            # One must be left.
            if len(self.cluster.nodes) > 1 or kind in ("together", "apart", "late"):
                self.round(kind)

    def round(self, kind):
        """One full hour."""
        number, nodes = self.rounds, self.cluster.nodes
        self.rounds += 1
        what = f"hour {number + 1} ({ROUNDS[kind]})"
        victim = nodes[number % len(nodes)] if kind.startswith("killed") else None
        further = {node: i * APART for i, node in enumerate(nodes)} if kind == "apart" else {victim: APART} if victim else {}
        time_ = next_hour(self.clock.now())
        hour = name_of(time_)
        if kind == "killed late":
            victim.kill()
        if kind == "in the act":
            # Until its node is dead.
            self.sink.hold = "once"
        self.clock.go_before(time_, LATE if "late" in kind else EARLY, further)
        if kind == "killed":
            self.clock.wait_until(time_ - BEFORE_THE_HOUR)
            victim.kill()
        if kind == "in the act":
            victim = self.kill_in_the_act(hour)
        alive = sum(node.is_alive for node in nodes)
        begun = len(nodes) if kind == "in the act" else alive
        until = time_ + PATIENCE
        heard = self.sink.wait("once", hour, 1, until - self.clock.now()) and self.sink.wait("every", hour, begun, until - self.clock.now())
        # What was not heard was waited for long enough.
        if heard:
            time.sleep(SETTLE)
        self.tell(what, time_, victim, begun)
        if victim is not None:
            victim.start()
        self.ran.append(time_)

    def kill_in_the_act(self, hour):
        """Kills the node that waits for the answer to its call."""
        try:
            if not self.sink.wait("once", hour, 1, EARLY + PATIENCE):
                return None
            call = self.sink.of("once", hour)[0]
            clients.wait_for(lambda: self.node_of(call), 5, "the node that runs the rule")
            # What runs on every node is to be begun, too.
            self.sink.wait("every", hour, len(self.cluster.nodes), 5)
            victim = self.node_of(call)
            victim.kill()
            return victim
        finally:
            self.sink.release()

    def tell(self, what, time_, victim, begun):
        hour = name_of(time_)
        once, every = self.sink.of("once", hour), self.sink.of("every", hour)
        self.heard[hour] = (len(once), len(every))
        self.by_node.update(self.names_of(once))
        killed = f", killed: {victim.name}" if victim else ""
        after = f", {once[0].heard + self.clock.ahead - time_:.2f} s after it" if once else ""
        self.report.judge(f"{what}: calls of a rule", f"{len(once)} ({', '.join(self.names_of(once))}{after}{killed})", "1", len(once) == 1)
        names = self.names_of(every)
        self.report.judge(f"{what}: calls of a rule for every node", f"{len(every)} ({', '.join(names)})", f"{begun}, each of another node", len(every) == begun == len(set(names)))

    def back(self, quick):
        """Hours that come again: for nodes that remember them, for one that has been started anew, and for nodes whose clock went back further than they wait for."""
        for _ in range(1 if quick else 2):
            self.round("together")
        before, last = self.ran[-2:] if not quick else (None, self.ran[-1])
        self.again("back: an hour", last)
        if quick:
            return
        # One that ran neither, so that those that did remember it.
        busy = {self.node_of(call) for time_ in (before, last) for call in self.sink.of("once", name_of(time_))}
        node = next((node for node in reversed(self.cluster.nodes) if node not in busy), self.cluster.nodes[-1])
        node.kill()
        self.clock.go_before(last, HOUR / 2)
        node.start()
        self.again(f"back: an hour, node {node.name} started anew", last)
        # A node that finds itself two hours back begins anew there, and meets its own claims.
        self.again("back: two hours", before)
        self.again("back: two hours, the one after", last)

    def again(self, what, time_):
        """Lets an hour come once more."""
        hour = name_of(time_)
        before = len(self.sink.of("once", hour)), len(self.sink.of("every", hour))
        self.clock.go_before(time_, EARLY)
        self.clock.wait_until(time_ + SETTLE + 2)
        off = [round(node.wall_clock() - self.clock.now()) for node in self.cluster.nodes]
        self.report.judge(f"{what}: nodes' clocks went along, off by", f"{', '.join(map(str, off))} s", "2 s at most", all(abs(one) <= 2 for one in off))
        once, every = self.sink.of("once", hour)[before[0]:], self.sink.of("every", hour)[before[1]:]
        self.heard[hour] = len(self.sink.of("once", hour)), len(self.sink.of("every", hour))
        self.report.judge(f"{what}: second calls of a rule", f"{len(once)} ({', '.join(self.names_of(once))})" if once else 0, "0", not once)
        self.report.judge(f"{what}: second calls of a rule for every node", f"{len(every)} ({', '.join(self.names_of(every))})" if every else 0, "0", not every)

    def end(self):
        """What came after its round is found here."""
        if not self.ran:
            return
        hours = [name_of(time_) for time_ in self.ran]
        late = sum(len(self.sink.of("once", hour)) + len(self.sink.of("every", hour)) - sum(self.heard[hour]) for hour in hours)
        others = sum(call.hour not in hours for call in self.sink.of("once") + self.sink.of("every"))
        self.report.judge(f"all {len(hours)} hours: calls after a round was over, calls of other hours", f"{late}, {others}", "0, 0", late == others == 0)
        self.report.figure("calls by node", dict(sorted(self.by_node.items())))
        alive = [node for node in self.cluster.nodes if node.is_alive]
        self.report.figure("fenced by the steps of the clock", sum(node.metric("hpc_cluster_fenced_total") or 0 for node in alive))
        missed = sum(value for node in alive for key, value in node.metrics().items() if key.startswith("hpc_event_rules") and 'outcome="missed"' in key)
        self.report.figure("hours missed by nodes", missed)
