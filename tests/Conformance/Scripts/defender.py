"""Bans, lists and rates. Attackers come from 127.0.0.2, the administrator from 127.0.0.1."""
import json
import os
import socket

from accounts import HOST, HTTP, PORT, Api, chief, main, run, sftp, until

PASSWORD = "a user's password"
ATTACKER = "127.0.0.2"


def logs_in(user, password, source=ATTACKER):
    return sftp(user, "pwd\n", password, options=("-o", f"BindAddress={source}"))[0] == 0


def greets(source):
    """True if the server says its version to a connection from there."""
    try:
        with socket.create_connection((HOST, int(PORT)), timeout=20, source_address=(source, 0)) as connection:
            return connection.recv(4) == b"SSH-"
    except ConnectionError:
        return False


def asks(path, source, *more):
    """Status and headers of a request from there; 0 and nothing if the connection is closed before an answer."""
    _, output, _ = run("curl", "-q", "-s", "-i", "--interface", source, *more, HTTP + path, check=False)
    if not output:
        return 0, {}
    lines = output.split("\r\n\r\n", 1)[0].split("\r\n")
    return int(lines[0].split()[1]), {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}


def found(api):
    """The attacker as REST shows it, or None."""
    return next((host for host in api.ask("GET", "/defender/hosts") if host["ip"] == ATTACKER), None)


def hex_of(address):
    return address.encode().hex()


def cli(*arguments, check=True):
    return run(os.environ["HPC_EXE"], *arguments, "--data-dir", os.environ["HPC_DATA"], check=check)


def ban():
    """F43: eight bad logins, then the connection is closed at once; REST shows the ban, and DELETE lifts it."""
    api = chief()
    api.add_user("victim", PASSWORD)
    for number in range(7):
        assert not logs_in("nobody" + str(number), "wrong")
    host = api.ask("GET", "/defender/hosts/" + hex_of(ATTACKER))
    assert host["score"] == 14 and "ban_time" not in host, host
    assert logs_in("victim", PASSWORD)
    assert not logs_in("victim", "wrong")
    assert not greets(ATTACKER)
    assert not logs_in("victim", PASSWORD)
    assert greets("127.0.0.3") and logs_in("victim", PASSWORD, "127.0.0.1")
    assert asks("/version", ATTACKER)[0] == 0
    host = found(api)
    assert host["id"] == hex_of(ATTACKER) and host["score"] == 0 and host["ban_time"], host
    assert ATTACKER in cli("defender", "list") and '"ban_time"' in cli("defender", "show", ATTACKER)
    api.ask("DELETE", "/defender/hosts/" + hex_of(ATTACKER))
    assert logs_in("victim", PASSWORD)
    assert found(api) is None
    cli("defender", "ban", ATTACKER, "--minutes", "5")
    assert not greets(ATTACKER)
    cli("defender", "unban", ATTACKER)
    assert greets(ATTACKER)
    assert cli("defender", "unban", ATTACKER, check=False)[0] == 1
    assert api.ask("GET", "/status")["defender"]["is_active"]


def http():
    """Tokens of users and administrators, and shares, count like logins over SSH."""
    api = chief()
    api.add_user("victim", PASSWORD)
    user = Api("victim", PASSWORD, "/user/token")
    share = {"name": "one", "scope": 1, "paths": ["/"], "password": "a share's password"}
    _, headers = asks("/user/shares", HOST, "-X", "POST", *user.headers, "-H", "Content-Type: application/json", "--data-binary", json.dumps(share))
    share = headers["x-object-id"]

    def score():
        return found(api)["score"]

    assert asks("/user/token", ATTACKER, "-u", "victim:wrong")[0] == 401 and score() == 1
    assert asks("/user/token", ATTACKER, "-u", "nobody:wrong")[0] == 401 and score() == 3
    assert asks("/token", ATTACKER, "-u", "nobody:wrong")[0] == 401 and score() == 5
    assert asks("/shares/unknown/files", ATTACKER)[0] == 404 and score() == 7
    assert asks("/version", ATTACKER, "-H", "X-SFTPGO-API-KEY: unknown.secret")[0] == 400 and score() == 9
    assert asks(f"/shares/{share}/dirs", ATTACKER, "-u", "x:wrong")[0] == 401 and score() == 10
    for _ in range(5):
        asks("/user/token", ATTACKER, "-u", "victim:wrong")
    assert score() == 0 and asks("/user/token", ATTACKER, "-u", "victim:" + PASSWORD)[0] == 0
    assert not greets(ATTACKER)


def rates():
    """F38: one in a while and two at once; the third is refused, and what is refused gives points."""
    api = chief()
    assert [greets(ATTACKER) for _ in range(3)] == [True, True, False]
    host = api.ask("GET", "/defender/hosts/" + hex_of(ATTACKER))
    assert host["score"] == 3, host
    assert greets("127.0.0.3")
    answers = [asks("/version", ATTACKER) for _ in range(13)]
    assert [status for status, _ in answers[:12]] == [401] * 12, answers
    status, headers = answers[12]
    assert status == 429 and 1 <= int(headers["retry-after"]) <= 60 and headers["x-retry-in"].endswith("s"), answers[12]
    api.ask("POST", "/iplists/3", {"ipornet": ATTACKER, "type": 3, "mode": 1}, status=201)
    assert all(greets(ATTACKER) for _ in range(5)) and asks("/version", ATTACKER)[0] == 401
    assert api.ask("GET", "/status")["rate_limiters"] == {"is_active": True, "protocols": ["SSH", "HTTP"]}


def block_list():
    """Networks that are denied and safe, by protocol."""
    api = chief()
    api.add_user("victim", PASSWORD)
    api.ask("POST", "/iplists/2", {"ipornet": "127.0.0.0/30", "type": 2, "mode": 2, "protocols": 1}, status=201)
    assert not greets(ATTACKER) and asks("/version", ATTACKER)[0] == 401
    api.ask("POST", "/iplists/2", {"ipornet": ATTACKER, "type": 2, "mode": 1}, status=201)
    assert greets(ATTACKER) and not greets("127.0.0.3")
    for number in range(9):
        assert not logs_in("nobody", "wrong")
    assert logs_in("victim", PASSWORD) and found(api) is None
    api.ask("DELETE", "/iplists/2/127.0.0.0%2F30")
    assert greets("127.0.0.3")


def allow_list():
    """F40: whoever is not on the list is gone before any authentication."""
    assert not greets("127.0.0.1") and asks("/version", "127.0.0.1")[0] == 0
    dump = '{"version":17,"ip_lists":[{"ipornet":"127.0.0.1/32","type":1,"mode":1},{"ipornet":"127.0.0.2/32","type":1,"mode":1,"protocols":8}]}'
    file = os.path.join(os.environ["HOMES"], "lists.json")
    with open(file, "w", encoding="ascii") as out:
        out.write(dump)
    cli("loaddata", file)
    until(lambda: greets("127.0.0.1"), "the allow list is in force")
    assert not greets(ATTACKER) and asks("/version", ATTACKER)[0] == 401 and asks("/version", "127.0.0.3")[0] == 0
    assert chief().ask("GET", "/status")["allow_list"]["is_active"]


def running():
    """A ban ends what has not logged in; a session that has goes on."""
    import paramiko
    api = chief()
    api.add_user("victim", PASSWORD)
    wire = socket.create_connection((HOST, int(PORT)), source_address=(ATTACKER, 0))
    transport = paramiko.Transport(wire)
    transport.connect(username="victim", password=PASSWORD)
    client = paramiko.SFTPClient.from_transport(transport)
    with socket.create_connection((HOST, int(PORT)), timeout=60, source_address=(ATTACKER, 0)) as waiting:
        assert waiting.recv(4) == b"SSH-"
        cli("defender", "ban", ATTACKER)
        try:
            while waiting.recv(1 << 16):
                pass
        except ConnectionError:
            pass
    assert not greets(ATTACKER)
    client.mkdir("still-there")
    assert client.listdir() == ["still-there"]
    transport.close()


if __name__ == "__main__":
    main(globals())
