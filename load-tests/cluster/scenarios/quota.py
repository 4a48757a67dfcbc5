"""3: one quota, uploads on all nodes, a node is killed."""
import time

from harness import clients, wire
from harness.cluster import Cluster

MIB = 1 << 20
UPLOADS = 30
USABLE = 0.999


def run(options, report):
    quota = (64 if options.quick else 1024) * MIB
    with Cluster(options.nodes, options.settings, clustered=options.clustered, keep=options.out) as cluster:
        cluster.start()
        for case in options.cases or (["killed"] if options.quick else ["quiet", "killed", "gone"]):
            one(case, quota, options, report, cluster)


def one(case, quota, options, report, cluster):
    """quiet: nothing happens. killed: a node dies and starts again. gone: it does not come back before the others have taken over."""
    user, victim = f"quota-{case}", cluster.nodes[-1]
    # Slow enough for a kill in the middle.
    home = cluster.add_user(user, quota_size=quota, upload_bandwidth=quota // 1024 // (6 if options.quick else 20))
    running = []
    with wire.Sampler(wire.sizes_of({user: home}), 0.05) as sampler:
        try:
            for number in range(UPLOADS):
                script = uploads(cluster, case, number, quota)
                running.append(clients.sftp(cluster, cluster.nodes[number % len(cluster.nodes)], user, script))
            if case != "quiet":
                clients.wait_for(lambda: size_of(home) > 0.4 * quota, 120, "two fifths of the quota")
                victim.kill()
                report.say(f"{case}: node {victim.name} killed at {size_of(home) / MIB:.1f} MiB")
                if case == "killed":
                    victim.start()
            clients.wait_for(lambda: not any(client.is_alive for client in running), 300, "the end of the uploads", 0.2)
        finally:
            for client in running:
                client.end()
        left_by_race = size_of(home)
        report.figure(f"{case}: of the quota in use after {UPLOADS} uploads at once", left_by_race / quota)
        killed = time.monotonic()
        tries = fill(cluster, user, home, quota, options)
        report.figure(f"{case}: fills until 99.9 % were in use", tries)
        report.figure(f"{case}: time of these", time.monotonic() - killed, "s")
    most = max(total for _, total in sampler.series())
    report.judge(f"{case}: bytes in the home at most", most, f"≤ {quota}", most <= quota)
    report.judge(f"{case}: of the quota usable", f"{100 * size_of(home) / quota:.4f} %", f"≥ {100 * USABLE} %", size_of(home) >= USABLE * quota)
    if case == "gone":
        victim.start()
    agree(case, user, home, report, cluster)


def uploads(cluster, case, number, quota):
    """One after the other until the first is refused: large files of every third client, small ones of the others."""
    size = quota // (64 if number % 3 == 2 else 4096)
    source = cluster.client / f"source-{case}-{size}"
    if not source.exists():
        with open(source, "wb") as file:
            file.truncate(size)
    return "".join(f"put {source} file-{number}-{i}\n" for i in range(2 * quota // size // UPLOADS + 1))


def fill(cluster, user, home, quota, options):
    """Uploads what is left, once after the other, at the nodes that live."""
    alive = [node for node in cluster.nodes if node.is_alive]
    for number in range(20 if options.quick else 40):
        if size_of(home) >= USABLE * quota:
            return number
        source = cluster.client / "fill"
        with open(source, "wb") as file:
            file.truncate(max(1, quota - size_of(home)))
        client = clients.sftp(cluster, alive[number % len(alive)], user, f"put {source} fill-{number}\n")
        try:
            clients.wait_for(lambda: not client.is_alive, 120, "an upload")
        finally:
            client.end()
        if size_of(home) < USABLE * quota:
            time.sleep(1)
    return 40


def agree(case, user, home, report, cluster):
    """What is stored is what a scan finds, and what is there."""
    node = cluster.first
    begin = time.monotonic()
    stored = used_of(node, user)
    # What was moved last is stored within a second or two; holdings of the dead node take longer.
    while stored != (size_of(home), files_of(home)) and time.monotonic() - begin < 60:
        time.sleep(0.25)
        stored = used_of(node, user)
    report.figure(f"{case}: time until the stored figures were those of the folder", time.monotonic() - begin, "s")
    actual = (size_of(home), files_of(home))
    node.rest.post(f"/quotas/users/{user}/scan")
    clients.wait_for(lambda: not any(scan.get("username") == user for scan in node.rest.get("/quotas/users/scans") or []), 60, "a scan")
    scanned = used_of(node, user)
    report.judge(f"{case}: stored (bytes, files) before and after a scan", f"{stored}, {scanned}", f"{actual} twice", stored == actual == scanned)


def used_of(node, user):
    found = node.rest.get(f"/users/{user}")
    return found.get("used_quota_size", 0), found.get("used_quota_files", 0)


def size_of(home):
    return wire.sizes_of({"home": home})()["home"]


def files_of(home):
    return sum(1 for _ in home.iterdir())
