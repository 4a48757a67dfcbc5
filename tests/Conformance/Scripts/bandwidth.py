"""Bandwidth limits: a transfer may take any time more than its limit asks for, and none less."""
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from accounts import HOMES, HOST, HTTP, PORT, WORK, Api, chief, main, new_key, run, until

PASSWORD = "a user's password"
KIB = 1024
MIB = 1024 * KIB
SIZE = 3 * MIB

# What may be ahead of the rate: a bucket and credit, and the largest operations on their way.
BURST_SECONDS, BURST_BYTES = 0.3, 3 * 256 * KIB


def timed(work):
    start = time.monotonic()
    work()
    return time.monotonic() - start


def keeps_to(rate, size, seconds, what):
    least = (size - BURST_BYTES) / rate - BURST_SECONDS
    assert seconds >= least, f"{what}: {size} bytes at {rate} B/s in {seconds:.2f} s, {least:.2f} s is the least"


def content(user, name, size=SIZE):
    path = os.path.join(HOMES, user, name)
    with open(path, "wb") as file:
        file.write(os.urandom(size))
    return path


def same(first, second):
    with open(first, "rb") as one, open(second, "rb") as other:
        assert one.read() == other.read(), (first, second)


def ssh_command(program, key, *arguments):
    return [program, "-q", "-F", "/dev/null", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
            "-o", "IdentitiesOnly=yes", "-i", key, "-P", PORT, *arguments]


def ssh():
    """OpenSSH's sftp and both protocols of its scp."""
    api = chief()
    key, public = new_key("paced")
    api.add_user("paced", PASSWORD, public_keys=[public], upload_bandwidth=1024, download_bandwidth=1024)
    source = content("paced", "down")
    local = os.path.join(WORK, "copy-paced")
    for number, command in enumerate((["sftp"], ["scp"], ["scp", "-O"])):
        seconds = timed(lambda: run(*ssh_command(command[0], key, *command[1:], f"paced@{HOST}:down", local)))
        keeps_to(MIB, SIZE, seconds, f"down by {command}")
        same(source, local)
        if command == ["sftp"]:
            seconds = timed(lambda: run(*ssh_command("sftp", key, "-b", "-", f"paced@{HOST}"), stdin=f"put {local} up{number}\n"))
        else:
            seconds = timed(lambda: run(*ssh_command(command[0], key, *command[1:], local, f"paced@{HOST}:up{number}")))
        keeps_to(MIB, SIZE, seconds, f"up by {command}")
        same(source, os.path.join(HOMES, "paced", f"up{number}"))


def http():
    """curl on the API of users and on a share."""
    api = chief()
    api.add_user("paced-http", PASSWORD, upload_bandwidth=1024, download_bandwidth=1024)
    user = Api("paced-http", PASSWORD, "/user/token")
    source = content("paced-http", "down")
    local = os.path.join(WORK, "copy-paced-http")
    curl = ["curl", "-q", "-s", "-f"]
    keeps_to(MIB, SIZE, timed(lambda: run(*curl, *user.headers, "-o", local, f"{HTTP}/user/files?path=%2Fdown")), "down by HTTP")
    same(source, local)
    keeps_to(MIB, SIZE, timed(lambda: run(*curl, *user.headers, "-T", local, "-X", "POST", f"{HTTP}/user/files/upload?path=%2Fup")), "up by HTTP")
    same(source, os.path.join(HOMES, "paced-http", "up"))
    user.ask("POST", "/user/shares", {"name": "out", "scope": 1, "paths": ["/down"]})
    share = user.ask("GET", "/user/shares")[0]["id"]
    keeps_to(MIB, SIZE, timed(lambda: run(*curl, "-o", local, f"{HTTP}/shares/{share}?compress=false")), "down by a share")
    same(source, local)
    keeps_to(MIB, SIZE, timed(lambda: run(*curl, "-o", local, f"{HTTP}/shares/{share}?compress=true")), "down by a share as an archive")


def networks():
    """The first network that holds the client's address decides; 0 is no limit."""
    api = chief()
    key, public = new_key("networks")
    limits = [{"sources": ["192.0.2.0/24"], "upload_bandwidth": 0, "download_bandwidth": 1},
              {"sources": ["127.0.0.0/8"], "upload_bandwidth": 0, "download_bandwidth": 1024}]
    api.add_user("networks", PASSWORD, public_keys=[public], upload_bandwidth=1, download_bandwidth=1, filters={"bandwidth_limits": limits})
    source = content("networks", "down")
    local = os.path.join(WORK, "copy-networks")
    keeps_to(MIB, SIZE, timed(lambda: run(*ssh_command("sftp", key, f"networks@{HOST}:down", local))), "down from 127.0.0.0/8")
    same(source, local)

    # At the user's own 1 KiB/s this would take an hour.
    run(*ssh_command("sftp", key, "-b", "-", f"networks@{HOST}"), stdin=f"put {local} up\n")
    same(source, os.path.join(HOMES, "networks", "up"))


def shared():
    """Two sessions by SFTP and one by HTTP at once take as long as one after the other."""
    api = chief()
    key, public = new_key("sharing")
    api.add_user("sharing", PASSWORD, public_keys=[public], download_bandwidth=1024)
    user = Api("sharing", PASSWORD, "/user/token")
    content("sharing", "down", 2 * MIB)
    commands = [ssh_command("sftp", key, f"sharing@{HOST}:down", os.path.join(WORK, f"copy-sharing{i}")) for i in range(2)]
    commands.append(["curl", "-q", "-s", "-f", *user.headers, "-o", os.path.join(WORK, "copy-sharing2"), f"{HTTP}/user/files?path=%2Fdown"])
    with ThreadPoolExecutor() as pool:
        seconds = timed(lambda: list(pool.map(lambda command: run(*command), commands)))
    keeps_to(MIB, 6 * MIB, seconds, "three sessions of one user")
    for i in range(3):
        same(os.path.join(HOMES, "sharing", "down"), os.path.join(WORK, f"copy-sharing{i}"))


def group():
    """Members of a group, of whatever type the membership is, have its total together."""
    api = chief()
    api.ask("POST", "/groups", {"name": "paced-group", "user_settings": {}, "total_download_bandwidth": 1024}, status=201)
    assert api.ask("GET", "/groups/paced-group")["total_download_bandwidth"] == 1024
    assert api.curl("POST", "/groups", {"name": "broken", "user_settings": {}, "total_upload_bandwidth": -1})[0] == 400
    commands = []
    for number, kind in enumerate((1, 2, 3)):
        name = f"member{number}"
        key, public = new_key(name)
        api.add_user(name, PASSWORD, public_keys=[public], groups=[{"name": "paced-group", "type": kind}])
        content(name, "down", 2 * MIB)
        commands.append(ssh_command("sftp", key, f"{name}@{HOST}:down", os.path.join(WORK, f"copy-{name}")))
    with ThreadPoolExecutor() as pool:
        seconds = timed(lambda: list(pool.map(lambda command: run(*command), commands)))
    keeps_to(MIB, 6 * MIB, seconds, "three members of a group")
    for number in range(3):
        same(os.path.join(HOMES, f"member{number}", "down"), os.path.join(WORK, f"copy-member{number}"))


def lifted():
    """A change by REST is in force for transfers that wait at that moment."""
    api = chief()
    key, public = new_key("lifted")
    api.add_user("lifted", PASSWORD, public_keys=[public], download_bandwidth=4)
    source = content("lifted", "down", 4 * MIB)
    local = os.path.join(WORK, "copy-lifted")
    client = subprocess.Popen(ssh_command("sftp", key, f"lifted@{HOST}:down", local), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    until(lambda: os.path.exists(local) and os.path.getsize(local) > 0, "the first bytes are there")
    assert os.path.getsize(local) < MIB

    # At 4 KiB/s the rest would take a quarter of an hour.
    api.change_user("lifted", download_bandwidth=0)
    assert client.wait(80) == 0
    same(source, local)


if __name__ == "__main__":
    main({"ssh": ssh, "http": http, "networks": networks, "shared": shared, "group": group, "lifted": lifted})
