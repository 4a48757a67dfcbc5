"""What Python's ftplib does with a server: transfers both ways, breaking off, waiting, and a crowd."""
import contextlib
import io
import os
import socket
import threading

from accounts import HOST, main, until
from ftp_session import CONTROL, IMPLICIT, PLAIN, REQUIRED, fetch, lines_of, new_user, read, refused, session, store, write

SIZE = 1_000_003
BLOCK = os.urandom(SIZE)


def each_way(name, work):
    """The same over every listener, each with a user of its own; data connections in the clear too where that is allowed."""
    ways = {"clear": (PLAIN, False, True), "explicit": (PLAIN, True, True), "control": (CONTROL, None, False), "required": (REQUIRED, None, True), "implicit": (IMPLICIT, None, True)}
    for way, (listener, tls, protect) in ways.items():
        home = new_user(f"{name}-{way}")
        with session(f"{name}-{way}", listener, tls, protect) as client:
            work(client, home)
            assert client.quit().startswith("221")


def storing():
    """STOR, STOU, APPE, text, nothing at all, and over what there is."""
    def work(client, home):
        assert store(client, "file", BLOCK).startswith("226")
        assert read(home + "/file") == BLOCK
        store(client, "file", b"short")
        assert read(home + "/file") == b"short"
        store(client, "empty", b"")
        assert read(home + "/empty") == b""
        store(client, "file", BLOCK, command="APPE")
        assert read(home + "/file") == b"short" + BLOCK
        store(client, "new", b"made by APPE", command="APPE")
        assert read(home + "/new") == b"made by APPE"
        before = set(os.listdir(home))
        client.storbinary("STOU", io.BytesIO(b"unique"))
        client.storbinary("STOU", io.BytesIO(b"unique"))
        made = set(os.listdir(home)) - before
        assert len(made) == 2 and all(read(f"{home}/{name}") == b"unique" for name in made), made
        client.storlines("STOR text", io.BytesIO(b"one\ntwo\r\nthree"))
        assert read(home + "/text") == b"one\ntwo\nthree\n"
        refused(lambda: store(client, "no/such/folder", b"x"), 550)
        store(client, "ümlaut 漢字", b"name")
        assert read(home + "/ümlaut 漢字") == b"name"

    each_way("storing", work)


def retrieving():
    """RETR, from an offset, as text, and of what is not there."""
    def work(client, home):
        write(home + "/file", BLOCK)
        write(home + "/empty", b"")
        write(home + "/text", b"one\ntwo\n" * 10_000)
        assert fetch(client, "file") == BLOCK
        assert fetch(client, "empty") == b""
        assert fetch(client, "file", rest=SIZE - 10) == BLOCK[-10:]
        assert fetch(client, "file", rest=SIZE) == b""
        assert fetch(client, "file", rest=0) == BLOCK
        assert lines_of(client, "RETR text") == ["one", "two"] * 10_000
        refused(lambda: fetch(client, "missing"), 550)
        os.makedirs(home + "/folder")
        refused(lambda: fetch(client, "folder"), 550)
        assert client.size("file") == SIZE

    each_way("retrieving", work)


def going_on():
    """REST with STOR and RETR, and that it holds for one transfer alone."""
    def work(client, home):
        write(home + "/file", BLOCK[:400_000])
        store(client, "file", BLOCK[400_000:], rest=400_000)
        assert read(home + "/file") == BLOCK
        store(client, "file", b"middle", rest=100)
        assert read(home + "/file") == BLOCK[:100] + b"middle" + BLOCK[106:]
        write(home + "/file", BLOCK)
        assert fetch(client, "file", rest=500_000) == BLOCK[500_000:]
        assert fetch(client, "file") == BLOCK
        client.sendcmd("REST 10")
        client.mkd("between")
        assert fetch(client, "file") == BLOCK
        refused(lambda: client.sendcmd("REST -1"), 501)
        refused(lambda: client.sendcmd("REST many"), 501)

    each_way("going-on", work)


def lists():
    """MLSD, MLST, NLST, LIST, STAT and what is asked of single names."""
    def work(client, home):
        write(home + "/folder/ä b", b"12345")
        write(home + "/plain", b"")
        os.utime(home + "/plain", (1_580_000_000, 1_580_000_000))
        facts = dict(client.mlsd(facts=["type", "size", "modify", "perm"]))
        assert facts["plain"]["type"] == "file" and facts["plain"]["size"] == "0" and facts["plain"]["modify"] == "20200126005320", facts
        assert facts["folder"]["type"] == "dir" and "r" in facts["plain"]["perm"] and "e" in facts["folder"]["perm"]
        assert facts["."]["type"] == "cdir"
        assert [name for name, entry in client.mlsd("folder") if entry["type"] == "file"] == ["ä b"]
        assert sorted(client.nlst()) == ["folder", "plain"] and client.nlst("folder")[0].endswith("ä b")
        assert any(line.startswith("d") and line.endswith(" folder") for line in lines_of(client, "LIST"))
        assert "type=file;size=5" in client.sendcmd("MLST folder/ä b").lower()
        assert client.sendcmd("MDTM plain") == "213 20200126005320"
        assert client.sendcmd("STAT folder").startswith("21")
        assert "ä b" in client.sendcmd("STAT folder")
        client.sendcmd("MFMT 20110102030405 plain")
        assert os.stat(home + "/plain").st_mtime == 1_293_937_445
        client.sendcmd("SITE CHMOD 600 plain")
        assert os.stat(home + "/plain").st_mode & 0o777 == 0o600

    each_way("lists", work)


def names():
    """Folders and names, and where the session is."""
    def work(client, home):
        assert client.pwd() == "/"
        assert client.mkd('with "quotes" ä') == '/with "quotes" ä'
        client.cwd('with "quotes" ä')
        assert client.pwd() == '/with "quotes" ä'
        store(client, "file", b"x")
        client.rename("file", "../moved")
        assert read(home + "/moved") == b"x"
        client.cwd("..")
        assert client.pwd() == "/"
        client.cwd("..")
        assert client.pwd() == "/"
        client.delete("moved")
        refused(lambda: client.delete("moved"), 550)
        refused(lambda: client.cwd("moved"), 550)
        refused(lambda: client.sendcmd("RNTO other"), 503)
        client.rmd('with "quotes" ä')
        assert os.listdir(home) == []
        client.mkd("short")
        for leave in (lambda: client.rmd("short"), lambda: client.rename("short", "moved")):
            store(client, "short/file", b"x")
            client.delete("short/file")
            leave()
            # At once: the session was in that folder a moment ago, and must not still hold it for one that is there.
            client.sendcmd("EPSV")
            refused(lambda: client.sendcmd("STOR short/file"), 550)
            client.sendcmd("ABOR")
            if os.listdir(home) == []:
                client.mkd("short")
        client.rmd("moved")
        features = client.sendcmd("FEAT")
        for feature in ("EPSV", "MDTM", "MFMT", "MLST", "REST STREAM", "SIZE", "UTF8", "PBSZ", "PROT"):
            assert f"\n {feature}" in features, (feature, features)
        assert client.sendcmd("SYST").startswith("215 UNIX Type: L8")
        for command in ("NOOP", "STAT", "HELP", "SITE HELP", "OPTS UTF8 ON", "TYPE I", "TYPE A", "MODE S", "STRU F", "ALLO 10"):
            assert client.sendcmd(command)[0] == "2", command
        refused(lambda: client.sendcmd("NONSENSE"), 5)

    each_way("names", work)


def aborting():
    """ABOR with nothing to abort, behind PASV, within a transfer both ways, and as urgent data; the session goes on."""
    home = new_user("aborting")
    with open(home + "/large", "wb") as file:
        file.truncate(1 << 30)
    with session("aborting") as client:
        assert client.sendcmd("ABOR").startswith("225")
        client.sendcmd("EPSV")
        assert client.sendcmd("ABOR").startswith("22")
        refused(lambda: client.sendcmd("RETR large"), 425)
        for send in (lambda: client.putcmd("ABOR"), lambda: (client.sock.sendall(b"\xff\xf4"), client.sock.sendall(b"\xff\xf2", socket.MSG_OOB), client.putcmd("ABOR"))):
            with client.transfercmd("RETR large") as data:
                assert data.recv(1000)
                send()
                assert refused(client.getresp, 426)
                assert client.getresp().startswith("226")
            with client.transfercmd("STOR up") as data:
                data.sendall(b"x" * 1000)
                send()
                refused(client.getresp, 426)
                assert client.getresp().startswith("226")
            assert client.pwd() == "/"
        store(client, "after", BLOCK)
        assert read(home + "/after") == BLOCK


def waiting():
    """The control connection answers while a transfer runs, and what comes behind is done after it."""
    home = new_user("waiting")
    with open(home + "/large", "wb") as file:
        file.truncate(256 << 20)
    with session("waiting") as client:
        with client.transfercmd("RETR large") as data:
            data.recv(1000)
            assert client.sendcmd("NOOP").startswith("200")
            assert client.sendcmd("STAT").startswith("21")
            client.putcmd("PWD")
            while data.recv(1 << 18):
                pass
        assert client.getresp().startswith("226")
        assert client.getresp().startswith("257")
        with client.transfercmd("STOR up") as data:
            data.sendall(BLOCK)
            client.putcmd("QUIT")
        assert client.getresp().startswith("226") and client.getresp().startswith("221")
    assert read(home + "/up") == BLOCK


def timeouts():
    """One second for everything that has a time: data connections that do not come, that stand still, and idle sessions."""
    home = new_user("timeouts")
    with open(home + "/large", "wb") as file:
        file.truncate(1 << 30)
    with session("timeouts") as client:
        client.makepasv()
        client.putcmd("RETR large")
        assert client.getresp().startswith("150")
        refused(client.getresp, 425)
        with client.transfercmd("RETR large") as data:
            data.recv(10)
            refused(client.getresp, 426)
        with client.transfercmd("STOR up") as data:
            data.sendall(b"x")
            refused(client.getresp, 426)
        assert client.pwd() == "/"


def idle():
    """A session on which nothing happens ends with 421; one whose transfer runs does not."""
    home = new_user("idle")
    write(home + "/file", os.urandom(500_000))
    with session("idle") as quiet, session("idle") as busy:
        with busy.transfercmd("RETR file") as data:
            # As long as the other one lasts, something moves here.
            data.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            ended = threading.Thread(target=lambda: refused(quiet.getresp, 421))
            ended.start()
            got = 0
            while ended.is_alive():
                got += len(data.recv(1000))
                ended.join(0.1)
            data.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            while chunk := data.recv(1 << 16):
                got += len(chunk)
        assert got == 500_000, got
        assert busy.getresp().startswith("226")


def idle_channels():
    """Data connections that nobody uses: a new port takes the place of the old one, and the end of the session closes it."""
    def ends(connection):
        try:
            return connection.recv(1) == b""
        except ConnectionError:
            return True

    def is_closed(port):
        try:
            with socket.create_connection((HOST, port), timeout=60) as late:
                return ends(late)
        except ConnectionError:
            return True

    home = new_user("idle-channels")
    write(home + "/file", BLOCK)
    with session("idle-channels") as client:
        _, first = client.makepasv()
        _, second = client.makepasv()
        assert first != second and is_closed(first)
        with socket.create_connection((HOST, second), timeout=60) as data:
            assert client.sendcmd("NOOP").startswith("200")
            client.putcmd("RETR file")
            assert client.getresp().startswith("150")
            parts = []
            while chunk := data.recv(1 << 16):
                parts.append(chunk)
            assert b"".join(parts) == BLOCK and client.getresp().startswith("226")
        refused(lambda: client.sendcmd("RETR file"), 425)
        _, port = client.makepasv()
        held = socket.create_connection((HOST, port), timeout=60)
        client.quit()
    with held:
        assert ends(held)
    with session("idle-channels") as client:
        _, port = client.makepasv()
        client.quit()
    until(lambda: is_closed(port), "the port is closed with its session")


def fetch_late(client, name):
    """Downloads like clients that connect when they have read 150, and not before."""
    port = int(client.sendcmd("EPSV").split("|||")[1].split("|")[0])
    client.putcmd(f"RETR {name}")
    assert client.getline().startswith("150")
    with socket.create_connection((client.host, port), timeout=60) as data, data.makefile("rb") as file:
        content = file.read()
    client.voidresp()
    return content


def crowd():
    """100 sessions at once, of which 20 use TLS: all are logged in before the first does anything."""
    home = new_user("crowd")

    # 50 of one address may be on their way to a login (ssh.limits.max_startups_per_host).
    door = threading.Semaphore(25)
    everyone = threading.Barrier(100, timeout=100)
    faults = []

    def work(number):
        try:
            with contextlib.ExitStack() as stack:
                with door:
                    client = stack.enter_context(session("crowd", REQUIRED if number % 5 == 0 else PLAIN))
                everyone.wait()
                content = BLOCK[number:number + 100_000]
                client.mkd(f"folder{number}")
                client.cwd(f"folder{number}")
                store(client, "one", content)
                store(client, "one", content, command="APPE")
                assert fetch(client, "one") == content * 2
                assert [name for name, _ in client.mlsd() if name == "one"] == ["one"]
                client.rename("one", "two")
                assert fetch(client, "two", rest=100_000) == content
                everyone.wait()
                store(client, "short", content[:number])
                for turn in range(5):
                    assert fetch(client, "short") == content[:number]
                    if number % 5 != 0:
                        assert fetch_late(client, "short") == content[:number]
                client.delete("short")
                client.delete("two")
                client.cwd("/")
                client.rmd(f"folder{number}")
                client.quit()
        except BaseException as e:
            faults.append((number, repr(e)))
            everyone.abort()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults[:5]
    assert os.listdir(home) == []


def active():
    """The server calls: EPRT and PORT."""
    home = new_user("active")
    write(home + "/file", BLOCK)
    with session("active") as client:
        client.set_pasv(False)
        assert fetch(client, "file") == BLOCK
        store(client, "up", BLOCK)
        assert read(home + "/up") == BLOCK
        assert sorted(client.nlst()) == ["file", "up"]
        with socket.create_server((HOST, 0)) as listener:
            port = listener.getsockname()[1]
            client.sendcmd(f"EPRT |1|127.0.0.1|{port}|")
            client.putcmd("RETR file")
            data, _ = listener.accept()
            with data:
                assert data.recv(10)


if __name__ == "__main__":
    main(globals())
