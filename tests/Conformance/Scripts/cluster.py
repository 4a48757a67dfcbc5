"""Three nodes on one database. Nothing here waits for a time of its own but a while for what has to come."""
import contextlib
import json
import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import accounts
from accounts import HOMES, HOST, SETUP_CODE, WORK, Api, main, new_key, run, until

PASSWORD = "a user's password"
NODES = json.loads(os.environ["NODES"])
KIB = 1024
MIB = 1024 * KIB
ATTACKER = "127.0.0.2"


class NodeApi(Api):
    """The REST API of one node."""

    def __init__(self, node, *arguments):
        self.base = f"http://{HOST}:{NODES[node]['http']}/api/v2"
        super().__init__(*arguments)

    def curl(self, method, path, body=None, *more):
        accounts.HTTP = self.base
        return super().curl(method, path, body, *more)


def chief(node=0):
    api = NodeApi(node)
    if api.status != 200:
        api.curl("POST", "/setup", {"username": accounts.ADMIN, "password": accounts.ADMIN_PASSWORD, "installation_code": SETUP_CODE})
        api = NodeApi(node)
        assert api.status == 200, api.status
    return api


def cli(node, *arguments, check=True):
    return run(os.environ["HPC_EXE"], *arguments, "--data-dir", NODES[node]["data"], check=check)


def fresh(name):
    """A name that no run before had."""
    return f"{name}-{os.path.basename(WORK)[5:]}".lower().replace("_", "-")


@contextlib.contextmanager
def session(node, user, source=None):
    """An open sftp session that stays, or an exception if there is none to be had."""
    import paramiko
    import socket

    plain = socket.create_connection((HOST, int(NODES[node]["sftp"])), timeout=60, source_address=(source, 0) if source else None)
    connection = paramiko.Transport(plain)
    try:
        connection.start_client(timeout=60)
        connection.auth_password(user, PASSWORD, fallback=False)
        client = paramiko.SFTPClient.from_transport(connection)
        client.get_channel().settimeout(60)
        client.listdir("/")
        yield client
    finally:
        connection.close()


def logs_in(node, user, password=PASSWORD, source=None):
    accounts.PORT = NODES[node]["sftp"]
    options = ("-o", f"BindAddress={source}") if source else ()
    return accounts.sftp(user, "pwd\n", password, options=options)[0] == 0


def works(client):
    try:
        client.listdir("/")
        return True
    except Exception:  # paramiko has many for a connection that is gone
        return False


def batch(node, user, key, commands, check=True):
    return run("sftp", "-q", "-F", "/dev/null", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
               "-o", "IdentitiesOnly=yes", "-i", key, "-P", NODES[node]["sftp"], "-b", "-", f"{user}@{HOST}", stdin=commands, check=check)


def sessions():
    """Two sessions are two, whichever nodes they are on; a place that is given back is free everywhere."""
    user = fresh("counted")
    chief().add_user(user, PASSWORD, max_sessions=2)
    with session(0, user), session(1, user):
        assert not logs_in(2, user)
        assert not logs_in(0, user)
    until(lambda: logs_in(2, user), "the places are free again")
    with session(2, user):
        with session(2, user):
            assert not logs_in(0, user)
        until(lambda: logs_in(0, user), "one place is free again")


def lists():
    """What one node has is seen and ended from all."""
    api = [chief(node) for node in range(3)]
    user = fresh("listed")
    api[0].add_user(user, PASSWORD)

    def seen(node):
        return {one["connection_id"]: one for one in api[node].ask("GET", "/connections") if one["username"] == user}

    with session(0, user) as first, session(1, user) as second, session(1, user) as third:
        for node in range(3):
            until(lambda: len(seen(node)) == 3, f"node {node + 1} sees all sessions")
        elsewhere = [one for one in seen(0).values() if one.get("node")]
        assert len(elsewhere) == 2 and all(one["node"].startswith("node2") for one in elsewhere), elsewhere
        assert all(one["remote_address"].startswith("127.0.0.1") and one["protocol"] == "SFTP" for one in elsewhere), elsewhere
        text = cli(2, "sessions")
        assert "NODE" in text and text.count(user) == 3, text

        # By REST from a third node, with the node as it is listed.
        target = elsewhere[0]
        api[2].ask("DELETE", f"/connections/{target['connection_id']}?node={target['node']}")
        until(lambda: [works(second), works(third)].count(False) == 1, "one of the two is ended")
        assert works(first)
        until(lambda: target["connection_id"] not in seen(2), "it is listed no more")
        assert api[2].curl("DELETE", f"/connections/{target['connection_id']}")[0] == 404
        assert "ended" in cli(2, "sessions", "kick", "--user", user)
        until(lambda: not works(first) and not works(second) and not works(third), "all are ended")
    members = json.loads(cli(1, "cluster", "--json"))
    assert len(members["nodes"]) == 3 and members["has_lease"], members
    assert [node["is_leader"] for node in members["nodes"]].count(True) == 1, members


def bans():
    """Failed logins on three nodes ban on three nodes; lifted on one it is lifted on all."""
    api = [chief(node) for node in range(3)]
    user = fresh("victim")
    api[0].add_user(user, PASSWORD)

    def banned(node):
        return any(host["ip"] == ATTACKER and "ban_time" in host for host in api[node].ask("GET", "/defender/hosts"))

    for number in range(8):
        assert not logs_in(number % 3, f"nobody{number}", "wrong", ATTACKER)
    for node in range(3):
        until(lambda: banned(node), f"the attacker is banned on node {node + 1}")
        assert not logs_in(node, user, source=ATTACKER)
        assert logs_in(node, user)
    api[1].ask("DELETE", "/defender/hosts/" + ATTACKER.encode().hex())
    for node in range(3):
        until(lambda: not banned(node), f"the ban is lifted on node {node + 1}")
        until(lambda: logs_in(node, user, source=ATTACKER), f"the attacker may log in on node {node + 1}")


def disabled():
    """Disabled on the first node, a user is out on the second and does not get into the third."""
    api = chief()
    user = fresh("disabled")
    api.add_user(user, PASSWORD)
    with session(1, user) as client, session(2, user) as other:
        api.change_user(user, status=0)
        until(lambda: not works(client) and not works(other), "the sessions are over")
        assert not logs_in(2, user)


def changed():
    """A share that is deleted in the middle of downloads, and a limit that is lifted in the middle of one."""
    api = [chief(node) for node in range(3)]
    user = fresh("changed")
    key, public = new_key(user)
    api[0].add_user(user, PASSWORD, public_keys=[public], download_bandwidth=4)
    with open(os.path.join(HOMES, user, "down"), "wb") as file:
        file.write(os.urandom(2 * MIB))
    mine = [NodeApi(node, user, PASSWORD, "/user/token") for node in range(2)]
    mine[0].ask("POST", "/user/shares", {"name": "out", "scope": 1, "paths": ["/down"]})
    share = until(lambda: mine[1].ask("GET", "/user/shares"), "the share is there")[0]["id"]
    assert run("curl", "-q", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-r", "0-9", f"{mine[1].base}/shares/{share}?compress=false") in ("200", "206")

    # At 4 KiB/s the rest would take minutes: what runs is cut off, and looks like that.
    copies = [os.path.join(WORK, f"copy-shared{node}") for node in range(2)]
    clients = [subprocess.Popen(["curl", "-q", "-s", "-N", "-o", copies[node], f"{mine[node].base}/shares/{share}?compress=false"]) for node in range(2)]
    for copy in copies:
        until(lambda: os.path.exists(copy) and os.path.getsize(copy) > 0, "the first bytes are there")
    assert [client.poll() for client in clients] == [None, None]
    mine[0].ask("PUT", f"/user/shares/{share}", {"name": "out", "description": "still the same", "scope": 1, "paths": ["/down"]})
    mine[0].ask("DELETE", f"/user/shares/{share}")
    for client, copy in zip(clients, copies):
        assert client.wait(80) != 0
        assert os.path.getsize(copy) < MIB
    until(lambda: run("curl", "-q", "-s", "-o", "/dev/null", "-w", "%{http_code}", f"{mine[1].base}/shares/{share}?compress=false") == "404", "the share is gone")

    local = os.path.join(WORK, "copy-changed")
    client = subprocess.Popen(["sftp", "-q", "-F", "/dev/null", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                               "-o", "IdentitiesOnly=yes", "-i", key, "-P", NODES[2]["sftp"], f"{user}@{HOST}:down", local], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    until(lambda: os.path.exists(local) and os.path.getsize(local) > 0, "the first bytes are there")
    assert os.path.getsize(local) < MIB

    # At 4 KiB/s the rest would take minutes.
    api[0].change_user(user, download_bandwidth=0)
    assert client.wait(80) == 0
    assert os.path.getsize(local) == 2 * MIB


def bandwidth():
    """Three downloads, one on each node, take as long as one after the other; so do uploads."""
    user = fresh("paced")
    key, public = new_key(user)
    chief().add_user(user, PASSWORD, public_keys=[public], download_bandwidth=1024, upload_bandwidth=1024)
    with open(os.path.join(HOMES, user, "down"), "wb") as file:
        file.write(os.urandom(2 * MIB))
    for what, commands in (("down", lambda node: f"get down {WORK}/paced{node}\n"), ("up", lambda node: f"put {WORK}/paced{node} up{node}\n")):
        start = time.monotonic()
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda node: batch(node, user, key, commands(node)), range(3)))
        seconds = time.monotonic() - start

        # All buckets together, and the largest operation of each transfer, may be ahead. Each node by itself would take two seconds.
        least = (6 * MIB - 3 * 256 * KIB) / MIB - 0.5
        assert seconds >= least, f"{what}: {seconds:.2f} s, {least:.2f} s is the least"
    for node in range(3):
        assert os.path.getsize(os.path.join(HOMES, user, f"up{node}")) == 2 * MIB


def quota():
    """Uploads on three nodes never pass the quota of the user, and what is freed on one can be used on another."""
    api = chief()
    user = fresh("quota")
    key, public = new_key(user)
    api.add_user(user, PASSWORD, public_keys=[public], quota_size=8 * MIB)
    local = os.path.join(WORK, "four")
    with open(local, "wb") as file:
        file.write(os.urandom(4 * MIB))
    with ThreadPoolExecutor() as pool:
        codes = list(pool.map(lambda node: batch(node, user, key, f"put {local} file{node}\n", check=False)[0], range(3)))
    home = os.path.join(HOMES, user)
    assert sum(os.path.getsize(os.path.join(home, name)) for name in os.listdir(home)) <= 8 * MIB
    assert codes.count(0) <= 2, codes
    for node in range(3):
        batch(node, user, key, f"-rm file{node}\n")

    # Whatever was left behind is gone: two of four find room, on nodes that did not delete all of it. What another node has freed is known when that one has told it.
    for node, name in ((1, "first"), (2, "second")):
        until(lambda: batch(node, user, key, f"put {local} {name}\n", check=False)[0] == 0, f"{name} finds room")
    assert batch(0, user, key, f"put {local} third\n", check=False)[0] != 0
    assert os.path.getsize(os.path.join(home, "first")) == os.path.getsize(os.path.join(home, "second")) == 4 * MIB


def seen():
    """Names and sizes."""
    user = fresh("seen")
    chief().add_user(user, PASSWORD)
    with session(0, user) as first, session(1, user) as second:
        for number in range(20):
            with first.open(f"file{number}", "w") as file:
                file.write("x" * number)
            assert second.stat(f"file{number}").st_size == number
            second.rename(f"file{number}", f"moved{number}")
            assert f"moved{number}" in first.listdir("/")
        first.mkdir("folder")
        second.rmdir("folder")
        assert "folder" not in first.listdir("/")


def killed():
    """The third node has all places of a user when it is killed."""
    import paramiko

    user = fresh("killed")
    chief().add_user(user, PASSWORD, max_sessions=2)
    holders = []
    for _ in range(2):
        connection = paramiko.Transport((HOST, int(NODES[2]["sftp"])))
        connection.start_client(timeout=60)
        connection.auth_password(user, PASSWORD, fallback=False)
        paramiko.SFTPClient.from_transport(connection).listdir("/")
        holders.append(connection)
    assert not logs_in(0, user)
    os.kill(NODES[2]["pid"], signal.SIGKILL)
    until(lambda: logs_in(0, user) and logs_in(1, user), "the places of the killed node are free")
    until(lambda: len(json.loads(cli(0, "cluster", "--json"))["nodes"]) == 2, "two nodes are left")
    for connection in holders:
        connection.close()


def all_there():
    for node in range(3):
        until(lambda: len(json.loads(cli(node, "cluster", "--json"))["nodes"]) == 3, f"node {node + 1} sees three nodes")


def last_is_gone():
    """At once: it has handed back what it had."""
    members = json.loads(cli(0, "cluster", "--json"))
    assert len(members["nodes"]) == 2, members
    assert [node["is_leader"] for node in members["nodes"]].count(True) <= 1, members


if __name__ == "__main__":
    main({"sessions": sessions, "lists": lists, "bans": bans, "disabled": disabled, "changed": changed, "bandwidth": bandwidth, "quota": quota, "seen": seen,
          "killed": killed, "all_there": all_there, "last_is_gone": last_is_gone})
