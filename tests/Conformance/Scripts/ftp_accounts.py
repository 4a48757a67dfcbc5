"""Users that FTP has something special for: anonymous ones, start directories, TLS as a duty, protocols that are denied."""
import os

from accounts import HOST, WORK, chief, logs_in, main, run
from ftp_session import AUTHORITY, CONTROL, PASSWORD, PLAIN, PORTS, REQUIRED, connected, cut, fetch, new_user, read, refused, session, store, write


def curl(user, *arguments, listener=PLAIN, path="", password=PASSWORD, check=True):
    tls = ["--cacert", AUTHORITY]
    return run("curl", "-q", "-s", "-S", "--user", f"{user}:{password}", *tls, *arguments, f"ftp://{HOST}:{PORTS[listener]}/{path}", check=check)


def anonymous():
    """L18: any password, reading alone, and no other protocol than FTP; what the user's permissions say is not asked."""
    home = new_user("anonymous", filters={"is_anonymous": True})
    write(home + "/pub/file", b"for everybody")
    local = write(os.path.join(WORK, "upload"), b"from nobody")
    assert curl("anonymous", path="pub/file", password="x") == "for everybody"
    assert run("curl", "-q", "-s", "-S", f"ftp://{HOST}:{PORTS[PLAIN]}/pub/file") == "for everybody"
    assert curl("anonymous", "--ssl-reqd", path="pub/file", listener=REQUIRED, password="somebody@example.com") == "for everybody"
    got = os.path.join(WORK, "wget")
    run("wget", "--no-config", "--no-hsts", "-q", "--tries=1", "-O", got, f"ftp://{HOST}:{PORTS[PLAIN]}/pub/file")
    assert read(got) == b"for everybody"
    assert "pub" in curl("anonymous", password="")
    code, _, error = curl("anonymous", "-T", local, path="pub/new", password="x", check=False)
    assert code == 25 or "550" in error, (code, error)
    with session("anonymous", password="guest") as client:
        assert fetch(client, "pub/file") == b"for everybody"
        refused(lambda: store(client, "pub/file", b"changed"), 550)
        refused(lambda: store(client, "pub/file", b"changed", command="APPE"), 550)
        for command in ("MKD new", "DELE pub/file", "RMD pub", "SITE CHMOD 777 pub/file", "MFMT 20200101000000 pub/file", "SITE SYMLINK pub/file link"):
            refused(lambda: client.sendcmd(command), 550)
        refused(lambda: client.rename("pub/file", "pub/other"), 550)
    assert read(home + "/pub/file") == b"for everybody" and os.listdir(home) == ["pub"] and os.listdir(home + "/pub") == ["file"]
    assert not logs_in("anonymous", "guest") and not logs_in("anonymous", PASSWORD)


def start_directory():
    """L19: a session begins there, names are relative to it, and everything else is there too."""
    home = new_user("starting", filters={"start_directory": "/in/box"})
    local = write(os.path.join(WORK, "starting"), b"content")
    write(home + "/top", b"above")
    assert "Entry path is '/in/box'" in curl("starting", "-v", "-T", local, path="file", check=False)[2]
    assert read(home + "/in/box/file") == b"content"
    lftp = run("lftp", "--norc", "-f", "/dev/stdin", stdin=f"set ftp:ssl-allow no\nopen -u starting,\"{PASSWORD}\" -p {PORTS[PLAIN]} ftp://{HOST}\npwd\ncls\n")
    assert "file" in lftp, lftp
    with session("starting") as client:
        assert client.pwd() == "/in/box" and client.nlst() == ["file"]
        assert fetch(client, "/top") == b"above"
        client.cwd("/")
        assert client.pwd() == "/"
        client.cwd("~")
        assert client.pwd() == "/in/box"
        store(client, "second", b"2")
    assert read(home + "/in/box/second") == b"2"
    assert curl("starting", path="//top") == "above"


def tls_required():
    """L19: such a user is refused before the password where TLS is only optional, and needs it for data too."""
    home = new_user("secret", filters={"ftp_security": 1})
    new_user("open")
    write(home + "/file", b"content")
    assert curl("open") == ""
    code, _, error = curl("secret", path="file", check=False)
    assert code == 67 and "530" in error, (code, error)
    with connected() as client:
        refused(lambda: client.sendcmd("USER secret"), 530)
        assert client.sendcmd("USER open").startswith("331")
    assert curl("secret", "--ssl-reqd", path="file") == "content"
    code, _, error = curl("secret", "--ftp-ssl-control", path="file", check=False)
    assert code != 0, error
    with session("secret", CONTROL, protect=True) as client:
        assert fetch(client, "file") == b"content"
    with connected(PLAIN, tls=True) as client:
        client.login("secret", PASSWORD)
        client.sendcmd("EPSV")
        refused(lambda: client.sendcmd("RETR file"), 5)
        client.prot_p()
        assert fetch(client, "file") == b"content"
    assert logs_in("secret", PASSWORD)


def denied():
    """F54: no FTP for who is denied it, and SFTP all the same; and the other way round."""
    new_user("no-ftp", filters={"denied_protocols": ["FTP"]})
    new_user("no-ssh", filters={"denied_protocols": ["SSH"]})
    code, _, error = curl("no-ftp", check=False)
    assert code == 67 and "530" in error, (code, error)
    assert logs_in("no-ftp", PASSWORD)
    curl("no-ssh")
    assert not logs_in("no-ssh", PASSWORD)


def permissions():
    """What a user may not do is refused with 550, and names that are hidden are not there."""
    home = new_user("limited", permissions={"/": ["list", "download"], "/in": ["list", "upload"]},
                    filters={"file_patterns": [{"path": "/", "denied_patterns": ["*.secret"], "deny_policy": 1}]})
    write(home + "/file", b"content")
    write(home + "/a.secret", b"hidden")
    os.makedirs(home + "/in")
    with session("limited", REQUIRED) as client:
        assert sorted(client.nlst()) == ["file", "in"]
        refused(lambda: fetch(client, "a.secret"), 550)
        refused(lambda: client.size("a.secret"), 550)
        refused(lambda: client.delete("file"), 550)
        refused(lambda: client.mkd("new"), 550)
        refused(lambda: store(client, "other", b"x"), 550)
        store(client, "in/new", b"x")
        refused(lambda: store(client, "in/new", b"again"), 550)
        refused(lambda: fetch(client, "in/new"), 550)
    assert read(home + "/in/new") == b"x" and sorted(os.listdir(home)) == ["a.secret", "file", "in"]


def quota():
    """What a quota does not have room for is 552, over FTP as over SFTP."""
    home = new_user("bounded", quota_size=100_000)
    with session("bounded") as client:
        store(client, "first", b"x" * 60_000)
        cut(client, lambda: store(client, "second", b"x" * 60_000), 552)
        if "second" in os.listdir(home):
            client.delete("second")
        store(client, "third", b"x" * 40_000)
        cut(client, lambda: store(client, "third", b"x", command="APPE"), 552)
        client.delete("first")
        store(client, "fourth", b"x" * 60_000)


if __name__ == "__main__":
    main(globals())
