"""2: a limit of sessions over all nodes."""
import json
import subprocess
import time

from harness import clients
from harness.cluster import Cluster
from harness.processes import Trouble, end, ends_with_parent

LIMIT = 5
SLOTS_WITHIN = 10.0


def run(options, report):
    with Cluster(options.nodes, options.settings, clustered=options.clustered, keep=options.out) as cluster:
        cluster.start()
        for case in options.cases or ["race", "slots"]:
            {"race": race, "slots": slots}[case](options, report, cluster)


def race(options, report, cluster):
    count, users, parallel = (5_000, 20, 150) if options.quick else (100_000, 40, 300)
    for number in range(users):
        cluster.add_user(f"racer{number}", max_sessions=LIMIT)
    targets = [f"127.0.0.1:{node.port}" for node in cluster.nodes]
    command = [options.hpc_load, "race", "--target", targets[0], *(part for target in targets[1:] for part in ("--also", target)), "--user", "racer", "--users", str(users),
               "--key", str(cluster.key), "--insecure-accept-any-host-key", "--limit", str(LIMIT), "--count", str(count), "--parallel", str(parallel), "--hold", "1500", "--json", "-"]
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, preexec_fn=ends_with_parent())
    victim, kills = cluster.nodes[-1], 0
    try:
        # Killed and started again while the race goes on.
        while process.poll() is None and kills < (1 if options.quick else 5):
            if not _passes(process, 8 if options.quick else 30):
                break
            victim.kill()
            kills += 1
            report.say(f"node {victim.name} killed")
            if not _passes(process, 4 if options.quick else 15):
                break
            victim.start()
        output, _ = process.communicate(timeout=1800)
    finally:
        end(process)
    try:
        figures = json.loads(output.strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise Trouble(f"hpc-load race printed nothing that can be read: {output[-300:]}") from None
    report.figures["race"] = figures
    for key in ("tried", "accepted", "accepted_by_node", "refused", "failed", "lost", "most_of_user", "above", "violations", "most_open"):
        report.figure(f"race: {key}", figures[key])
    report.figure("race: logins per second", figures["tried"] / (time.monotonic() - begin))
    report.figure("race: kill -9 of a node", kills)
    for error in figures["errors"][:8]:
        report.say(f"   {error}")
    report.judge(f"race: sessions of a user at most, of {figures['tried']} logins of {users} users", figures["most_of_user"], f"≤ {LIMIT}", figures["above"] == 0)
    report.judge("race: the limit is used", figures["most_of_user"], f"{LIMIT}", figures["most_of_user"] >= LIMIT)
    report.judge("race: a node was killed meanwhile", kills, "≥ 1", kills >= 1)


def _passes(process, seconds):
    """False if the process ends before."""
    try:
        process.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        return True


def slots(options, report, cluster):
    """All sessions of a user on a node that is killed: when are they free on another?"""
    cluster.add_user("slot", max_sessions=LIMIT)
    first, victim = cluster.nodes[0], cluster.nodes[-1]
    if not victim.is_alive:
        victim.start()
    firsts, alls = [], []
    for number in range(1 if options.quick else 5):
        held = [clients.idle(cluster, victim, "slot") for _ in range(LIMIT)]
        back = []
        try:
            if not all(client.opens() for client in held):
                raise Trouble(f"a session of the user was refused on node {victim.name}")
            if clients.can_log_in(cluster, first, "slot"):
                report.judge("slots: the sixth session on another node", "accepted", "refused", False)
            victim.kill()
            begin = time.monotonic()
            clients.wait_for(lambda: clients.can_log_in(cluster, first, "slot"), 60, "a login after the kill", 0.1)
            firsts.append(time.monotonic() - begin)
            # All five must be free, not one.
            while len(back) < LIMIT and time.monotonic() - begin < 60:
                back.append(clients.idle(cluster, first, "slot"))
                if not back[-1].opens():
                    back.pop().end()
            alls.append(time.monotonic() - begin)
            report.say(f"try {number}: first slot after {firsts[-1]:.1f} s, all after {alls[-1]:.1f} s")
        finally:
            for client in held + back:
                client.end()
        victim.start()
        clients.wait_for(lambda: sessions_at(first) == 0, 30, "good-byes")
        # Their ends are told within a tick.
        time.sleep(1)
    report.figure("slots: first after kill -9", max(firsts), "s")
    report.judge("slots: all of a dead node's slots are back", f"{max(alls):.1f} s", f"≤ {SLOTS_WITHIN:.0f} s", max(alls) <= SLOTS_WITHIN)
    report.judge("slots: not before its lease", f"{min(firsts):.1f} s", "> 0.5 s", min(firsts) > 0.5)



def sessions_at(node):
    return node.metric("hpc_sessions_active") or 0
