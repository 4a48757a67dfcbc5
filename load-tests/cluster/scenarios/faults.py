"""5: the database is away; a node stands still."""
import glob
import time

from harness import clients, wire
from harness.cluster import Cluster
from harness.windows import most_beyond, rate_between

from . import bandwidth
from .bandwidth import LIMIT, LIMIT_KIB, OPERATION, SHARE_LEASE, TICK

# Twenty transfers here, two there: with a part of the limit for each node the first has less than it wants.
DEMAND = [20, 2, 2]
SESSIONS = 24


def run(options, report):
    for case in options.cases or (["frozen"] if options.quick else ["frozen", "stopped", "node", "own", "own-refuse", "clock"]):
        {"frozen": frozen, "stopped": stopped, "node": node_frozen, "own": own, "own-refuse": own_refuse, "clock": clock}[case](options, report)


def away_of(options):
    return 15.0 if options.quick else 60.0


class Load:
    """24 downloads of one user that is limited, on all nodes."""

    def __init__(self, options, report, settings=None, prepare=None, own_database=False):
        self._options, self.report, self._settings, self._prepare, self._own_database, self.running = options, report, settings, prepare, own_database, {}

    def __enter__(self):
        self.cluster = Cluster(self._options.nodes, {**self._options.settings, **(self._settings or {})}, clustered=self._options.clustered, keep=self._options.out, own_database=self._own_database)
        cluster = self.cluster.__enter__()
        try:
            if self._prepare:
                self._prepare(cluster)
            cluster.start()
            home = cluster.add_user("ann", download_bandwidth=LIMIT_KIB)
            with open(home / "large", "wb") as file:
                file.truncate(1 << 40)
            # Six places: two for each of three nodes while the engine is away.
            cluster.add_user("bob", max_sessions=6)
            cluster.add_user("eve")
            cluster.add_user("new")
            for node in cluster.nodes:
                # A user that has logged in is known while the database is away.
                for user in ("bob", "eve"):
                    clients.can_log_in(cluster, node, user)
            self.totals = wire.Totals([node.port for node in cluster.nodes], 3)
            self.sampler = wire.Sampler(self.totals.update).__enter__()
            for node, wanted in zip(cluster.nodes, DEMAND):
                self.running[node.name] = [clients.sftp(cluster, node, "ann", "get large /dev/null\n") for _ in range(wanted)]
                clients.wait_for(lambda: bandwidth.logged_in(node) >= wanted, 60, "logins")
            time.sleep(5)
            self.begin = time.monotonic()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for client in (one for several in self.running.values() for one in several):
            client.end()
        try:
            if hasattr(self, "sampler"):
                self.sampler.__exit__()
        finally:
            self.cluster.__exit__()

    def rate(self, begin, end, *nodes):
        return rate_between(self.sampler.series(*(node.port for node in nodes)), begin, end)

    def say_rates(self, name, begin, end):
        rates = {node.name: round(self.rate(begin, end, node) / 1e6, 2) for node in self.cluster.nodes}
        self.report.figure(f"{name}: MB/s of nodes, and together", {**rates, "all": round(self.rate(begin, end) / 1e6, 2)})

    def judge(self, name):
        """No transfer was cut off, and at no time was there more than the limit."""
        dead = sum(not client.is_alive for several in self.running.values() for client in several)
        self.report.judge(f"{name}: transfers cut off, of {sum(DEMAND)}", dead, "0", dead == 0)
        burst = 0.1 * LIMIT + sum(DEMAND) * OPERATION
        beyond, since, until = most_beyond(self.sampler.series(), LIMIT * 1.0015, self.begin)
        self.report.judge(f"{name}: most beyond the limit in any window", f"{beyond / 1e6:.2f} MB in {until - since:.1f} s, {since - self.begin:.1f} s after the start", f"≤ {burst / 1e6:.2f} MB", beyond <= burst)

    def recovery(self, since, name, ticks=2):
        """When the node with most of the transfers has what it had before, for a second."""
        wanted = 0.9 * self.before
        series = self.sampler.series(self.cluster.nodes[0].port)
        last = series[-1][0] - 1
        found = next((when - since for when, _ in series if when >= since and when <= last and rate_between(series, when, when + 1) >= wanted), None)
        value = "never" if found is None else f"{found:.2f} s"
        self.report.judge(f"{name}: divided by demand again", value, f"≤ {ticks} ticks", found is not None and found <= ticks * TICK + 0.25)

    def measure_before(self):
        time.sleep(4)
        self.before = self.rate(time.monotonic() - 3, time.monotonic() - 0.2, self.cluster.nodes[0])
        self.say_rates("before", time.monotonic() - 3, time.monotonic() - 0.2)


def frozen(options, report):
    with Load(options, report) as load:
        load.measure_before()
        postgres = load.cluster.postgres
        postgres.freeze()
        away = time.monotonic()
        while_away(load, report, "frozen", away, away_of(options), 0)
        postgres.thaw()
        back = time.monotonic()
        time.sleep(12)
        load.recovery(back, "frozen")
        load.say_rates("frozen: after", back + 6, back + 11)
        load.judge("frozen")


def stopped(options, report):
    with Load(options, report) as load:
        load.measure_before()
        postgres = load.cluster.postgres
        postgres.stop()
        away = time.monotonic()
        while_away(load, report, "stopped", away, away_of(options), 0)
        postgres.start()
        back = time.monotonic()
        time.sleep(14)
        # A node calls at least once a second.
        load.recovery(back, "stopped")
        load.say_rates("stopped: after", back + 8, back + 13)
        load.judge("stopped")
        crashed(load, report)


def crashed(load, report):
    """SIGQUIT: the tables of the cluster are empty afterwards, and nothing grows for a node lease."""
    postgres = load.cluster.postgres
    postgres.stop(3)
    time.sleep(10)
    postgres.start()
    back = time.monotonic()
    time.sleep(25)
    load.say_rates("crashed: after", back + 15, back + 24)
    load.recovery(back, "crashed", ticks=12)
    load.judge("crashed")


def own(options, report):
    """The cluster has a database of its own, and that one is away: accounts are known, and a node has its part of a limit of sessions."""
    alone(options, report, "own", {}, 2)


def own_refuse(options, report):
    alone(options, report, "own-refuse", {"cluster.sessions_away": "refuse"}, 0)


def alone(options, report, name, settings, wanted):
    with Load(options, report, settings, own_database=True) as load:
        load.measure_before()
        load.cluster.engine.freeze()
        away = time.monotonic()
        while_away(load, report, name, away, 30, wanted)
        load.cluster.engine.thaw()
        clients.wait_for(lambda: clients.can_log_in(load.cluster, load.cluster.nodes[1], "bob"), 20, "a login after the database is back", 0.2)
        load.judge(name)


def while_away(load, report, name, away, seconds, wanted):
    """Logins of a user with a limit, of one without, and of one that is not known here. Nobody can be verified if the accounts are in the database that is away."""
    cluster, held = load.cluster, []
    node = cluster.nodes[1 if len(cluster.nodes) > 1 else 0]
    try:
        # Until the node lease is over sessions are asked for and time out.
        time.sleep(min(max(seconds / 2, 9), 10))
        held += [clients.idle(cluster, node, "bob") for _ in range(4)]
        let_in = sum(client.opens(10) for client in held)
        report.judge(f"{name}: sessions of a user with six let in by one of three nodes", let_in, f"{wanted}", let_in == wanted)
        for user, what in (("eve", "without a limit, known to the node"), ("new", "without a limit, not known to the node")):
            begin = time.monotonic()
            held.append(clients.idle(cluster, node, user))
            report.figure(f"{name}: a user {what}, is let in", held[-1].opens(8))
            report.figure(f"{name}: time of it", time.monotonic() - begin, "s")
        time.sleep(max(0.0, away + seconds - time.monotonic()))
        load.say_rates(f"{name}: while away", away + min(10.0, seconds / 2), away + seconds - 0.2)
        total = load.rate(away + min(10.0, seconds / 2), away + seconds - 0.2)
        report.judge(f"{name}: total while away", f"{total / 1e6:.2f} MB/s", f"≤ {1.002 * LIMIT / 1e6:.2f} MB/s and more than nothing", 0.1 * LIMIT < total <= 1.002 * LIMIT)
    finally:
        for client in held:
            client.end()


def node_frozen(options, report):
    with Load(options, report) as load:
        load.measure_before()
        victim = load.cluster.nodes[0]
        fenced = victim.metric("hpc_cluster_fenced_total") or 0
        victim.freeze()
        stopped_at = time.monotonic()
        time.sleep(30)
        load.say_rates("node: while it stands still", stopped_at + SHARE_LEASE + 2 * TICK, stopped_at + 30)
        # What two nodes with two transfers each want is the whole limit.
        rate = load.rate(stopped_at + SHARE_LEASE + 2 * TICK, stopped_at + 30)
        report.judge("node: the others have the limit", f"{rate / 1e6:.2f} MB/s", "±3 %", abs(rate / 1.0015 / LIMIT - 1) <= 0.03)
        victim.thaw()
        back = time.monotonic()
        time.sleep(12)
        load.recovery(back, "node", ticks=3)
        load.say_rates("node: after", back + 6, back + 11)
        now = victim.metric("hpc_cluster_fenced_total")
        joins = victim.metric("hpc_cluster_joins_total")
        report.judge("node: it joined anew", f"fenced {now}, joins {joins}", "fenced or joined once more", now is not None and (now > fenced or (joins or 0) > 1))
        load.judge("node")


def clock(options, report):
    """The wall clock of the node with most of the transfers goes an hour ahead, and two back (libfaketime, Debian package faketime)."""
    library = next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)
    if library is None:
        report.skip("clock: stepped by an hour", "libfaketime is not installed; in virtual time: tests/Cluster")
        return

    def prepare(cluster):
        step(cluster, "+0")
        cluster.nodes[0].environment = {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": str(cluster.root / "clock"), "FAKETIME_CACHE_DURATION": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}

    def step(cluster, by):
        (cluster.root / "clock").write_text(by + "\n")

    with Load(options, report, prepare=prepare) as load:
        load.measure_before()
        node = load.cluster.nodes[0]
        before = [node.metric(name) or 0 for name in ("hpc_cluster_fenced_total", "hpc_cluster_joins_total")]
        for by, hours in (("+1h", 1), ("-1h", -1)):
            step(load.cluster, by)
            begin = time.monotonic()
            time.sleep(5 if options.quick else 20)
            off = node.wall_clock() - time.time()
            report.judge(f"clock: {by}, what the node takes for the time is off by", f"{off:.0f} s", f"{3600 * hours} s", abs(off - 3600 * hours) < 10)
            rate = load.rate(begin, time.monotonic() - 0.2)
            load.say_rates(f"clock: {by}", begin, time.monotonic() - 0.2)
            report.judge(f"clock: {by}, total", f"{rate / 1e6:.2f} MB/s", "±3 %", abs(rate / 1.0015 / LIMIT - 1) <= 0.03)
        after = [node.metric(name) or 0 for name in ("hpc_cluster_fenced_total", "hpc_cluster_joins_total")]
        report.judge("clock: fenced, joins", after, f"{before}", after == before)
        load.judge("clock")
