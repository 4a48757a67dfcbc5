"""What is limited for a user holds for SFTP and FTP together."""
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

from accounts import HOST, WORK, chief, main, new_key, run, until
from bandwidth import MIB, content, keeps_to, same, ssh_command, timed
from ftp_session import AUTHORITY, IMPLICIT, PASSWORD, PLAIN, PORTS, REQUIRED, refused, connected, session

PIECE = 2 * MIB


def curl(user, listener, *arguments):
    scheme = "ftps" if listener == IMPLICIT else "ftp"
    tls = [] if listener == PLAIN else ["--ssl-reqd", "--cacert", AUTHORITY]
    return ["curl", "-q", "-s", "-S", "--user", f"{user}:{PASSWORD}", *tls, *arguments, f"{scheme}://{HOST}:{PORTS[listener]}/"]


def down(user, listener, local):
    command = curl(user, listener, "-o", local)
    return [*command[:-1], command[-1] + "down"]


def up(user, listener, local, name):
    command = curl(user, listener, "-T", local)
    return [*command[:-1], command[-1] + name]


def together(commands):
    with ThreadPoolExecutor() as pool:
        return timed(lambda: list(pool.map(lambda command: run(*command[0], stdin=command[1]), commands)))


def bandwidth():
    """Sessions of every kind at once take as long as one after the other, both ways."""
    key, public = new_key("both-paced")
    chief().add_user("both-paced", PASSWORD, public_keys=[public], upload_bandwidth=1024, download_bandwidth=1024)
    source = content("both-paced", "down", PIECE)
    copies = [os.path.join(WORK, f"both{number}") for number in range(4)]
    target = f"both-paced@{HOST}"
    seconds = together([
        (ssh_command("sftp", key, f"{target}:down", copies[0]), None), (down("both-paced", PLAIN, copies[1]), None),
        (down("both-paced", REQUIRED, copies[2]), None), (down("both-paced", IMPLICIT, copies[3]), None)])
    keeps_to(MIB, 4 * PIECE, seconds, "one download by SFTP and three by FTP")
    for copy in copies:
        same(source, copy)
    seconds = together([
        (ssh_command("sftp", key, "-b", "-", target), f"put {source} up0\n"), (up("both-paced", PLAIN, source, "up1"), None),
        (up("both-paced", REQUIRED, source, "up2"), None)])
    keeps_to(MIB, 3 * PIECE, seconds, "one upload by SFTP and two by FTP")
    for number in range(3):
        same(source, os.path.join(os.path.dirname(source), f"up{number}"))


def networks():
    """A limit by network decides over FTP too, and one that is lifted lets a running transfer go."""
    api = chief()
    limits = [{"sources": ["127.0.0.0/8"], "upload_bandwidth": 0, "download_bandwidth": 4}]
    api.add_user("ftp-network", PASSWORD, filters={"bandwidth_limits": limits})
    source = content("ftp-network", "down", 4 * MIB)
    local = os.path.join(WORK, "copy-ftp-network")
    client = subprocess.Popen(down("ftp-network", REQUIRED, local), stdin=subprocess.DEVNULL)
    until(lambda: os.path.exists(local) and os.path.getsize(local) > 0, "the first bytes are there")
    assert os.path.getsize(local) < MIB
    api.change_user("ftp-network", filters={})
    assert client.wait(80) == 0
    same(source, local)


class Sftp:
    """An sftp session that stays."""

    def __init__(self, user, key):
        command = ssh_command("sftp", key, "-b", "-", f"{user}@{HOST}")
        self.client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.client.stdin.write(b"pwd\n")
        self.client.stdin.flush()
        self.is_open = any(b"working directory" in line for line in iter(self.client.stdout.readline, b""))

    def close(self):
        try:
            self.client.stdin.close()
        except BrokenPipeError:
            pass
        self.client.stdout.close()
        return self.client.wait(60)


def sessions():
    """Two sessions in all, whatever they speak; one that ends makes room for another."""
    key, public = new_key("both-two")
    api = chief()
    api.add_user("both-two", PASSWORD, public_keys=[public], max_sessions=2)

    def protocols():
        return sorted(c["protocol"] for c in api.ask("GET", "/connections") if c["username"] == "both-two")

    sftp = Sftp("both-two", key)
    assert sftp.is_open
    with session("both-two") as ftp:
        until(lambda: protocols() == ["FTP", "SFTP"], "both are listed")
        with connected(REQUIRED) as third:
            refused(lambda: third.login("both-two", PASSWORD), 421)
        late = Sftp("both-two", key)
        assert not late.is_open
        late.close()
        assert sftp.close() == 0
        until(lambda: protocols() == ["FTP"], "the first has ended")
        with session("both-two", IMPLICIT) as second:
            assert second.pwd() == ftp.pwd() == "/"
            with connected() as third:
                refused(lambda: third.login("both-two", PASSWORD), 421)
            second.quit()
        ftp.quit()
    until(lambda: protocols() == [], "all have ended")
    again = Sftp("both-two", key)
    assert again.is_open and again.close() == 0


def kick():
    """A download by FTP is listed, and ends when it is closed by REST, as one by SFTP does."""
    api = chief()
    api.add_user("ftp-slow", PASSWORD, download_bandwidth=64)
    content("ftp-slow", "down", 8 * MIB)
    client = subprocess.Popen(down("ftp-slow", PLAIN, os.devnull), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def download():
        return [c for c in api.ask("GET", "/connections") if c["username"] == "ftp-slow" and c["active_transfers"]]

    found = until(download, "the download is listed")[0]
    assert found["protocol"] == "FTP" and found["remote_address"].startswith("127.0.0.1"), json.dumps(found)
    transfer = found["active_transfers"][0]
    assert (transfer["operation_type"], transfer["path"]) == ("download", "/down"), transfer
    api.ask("DELETE", f"/connections/{found['connection_id']}")
    assert client.wait(60) != 0
    until(lambda: not download(), "the connection is gone")


if __name__ == "__main__":
    main(globals())
