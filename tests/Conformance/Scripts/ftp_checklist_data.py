"""What clients expect of connections, TLS and transfers over FTP, one point of the checklist per function; the one to run is the first argument."""
import os
import random
import socket
import ssl
import subprocess
import sys
import threading

from ftp_raw import *

CONTENT = random.Random(7).randbytes(300_000)


def point_29_data_connections_are_made_in_every_way():
    write("file", CONTENT)
    ftp = Ftp()
    host, port = ftp.pasv()
    assert host == "127.0.0.1", host
    assert ftp.receive(ftp.start("RETR file", ftp.connect(port))) == CONTENT
    ftp.reply(226)
    assert ftp.get("RETR file") == CONTENT
    ftp.do("EPSV 1", 229)
    assert b"(1)" in ftp.do("EPSV 2", 522).lines[0]
    ftp.do("EPSV 3", 522)
    for command in ("PORT {numbers}", "EPRT |1|127.0.0.1|{port}|", "EPRT #1#127.0.0.1#{port}#"):
        server, port, numbers = ftp.listen()
        ftp.do(command.format(port=port, numbers=numbers), 200)
        ftp.do("RETR file", 150)
        data, peer = server.accept()
        assert peer[0] == "127.0.0.1" and ftp.receive(data) == CONTENT
        ftp.reply(226)
    ftp.do("EPSV ALL", 200)
    ftp.do("PASV", 503)
    ftp.do("PORT " + numbers, 503)
    assert ftp.get("RETR file") == CONTENT

    # IPv6: EPSV and EPRT alone.
    six = Ftp("six", host="::1")
    assert six.get("RETR file") == CONTENT
    six.do("EPSV 2", 229)
    assert b"(2)" in six.do("EPSV 1", 522).lines[0]
    six.do("PASV", 522)
    server, port, _ = six.listen()
    six.do(f"EPRT |2|::1|{port}|", 200)
    six.do("RETR file", 150)
    assert six.receive(server.accept()[0]) == CONTENT
    six.reply(226)

    # NAT: PASV tells the address outside, clients of some networks another one, and a name is looked up.
    outside, inside = Ftp("nat"), Ftp("nat", source="127.0.0.3")
    assert outside.pasv()[0] == "203.0.113.7"
    host, port = inside.pasv()
    assert host == "198.51.100.9"
    assert inside.receive(inside.start("RETR file", inside.connect(port))) == CONTENT
    assert outside.get("RETR file") == CONTENT
    assert Ftp("host").pasv()[0] == "127.0.0.1"

    # A proxy: what its header names is told and checked, and data connections have a header too.
    header = b"PROXY TCP4 192.0.2.10 192.0.2.80 40000 21\r\n"
    proxied = Ftp("proxied", source="127.0.0.5", header=header)
    host, port = proxied.pasv()
    assert host == "192.0.2.80", host
    data = proxied.connect(port)
    data.sendall(b"PROXY TCP4 192.0.2.10 192.0.2.80 40001 %d\r\n" % port)
    assert proxied.receive(proxied.start("RETR file", data)) == CONTENT
    proxied.reply(226)
    port = proxied.epsv()
    stranger, own = proxied.connect(port), proxied.connect(port)
    stranger.sendall(b"PROXY TCP4 192.0.2.11 192.0.2.80 40002 %d\r\n" % port)
    own.sendall(b"PROXY TCP4 192.0.2.10 192.0.2.80 40003 %d\r\n" % port)
    assert proxied.receive(proxied.start("RETR file", own)) == CONTENT
    proxied.reply(226)
    assert is_cut(stranger)


def is_cut(sock):
    """True if a connection ends without a byte."""
    try:
        return sock.recv(1) == b""
    except ConnectionError:
        return True


def point_30_data_connections_resume_the_session_of_tls():
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        for listener in ("optional", "required", "implicit"):
            name = f"{version.name}-{listener}"
            ftp = Ftp(listener, tls=client_context(version))
            if listener == "optional":
                ftp.protect()
            assert ftp.put("STOR " + name, CONTENT) and read(name) == CONTENT
            for _ in range(3):
                data = ftp.start("RETR " + name)
                assert data.session_reused, name
                assert ftp.receive(data) == CONTENT
                ftp.reply(226)
            assert name in ftp.names("NLST")
            # A handshake of its own is taken where none is required, and refused where it is.
            data = ftp.connect(ftp.epsv())
            ftp.do("RETR " + name, 150)
            fresh = ftp.context
            data = fresh.wrap_socket(data, server_hostname="localhost", suppress_ragged_eofs=False)
            assert not data.session_reused
            if listener == "required":
                ftp.reply(522)
                assert not took_anything(data)
            else:
                assert ftp.receive(data) == CONTENT
                ftp.reply(226)
            # Without close_notify, as older clients end an upload: whole by default.
            data = ftp.start("STOR " + name)
            data.sendall(CONTENT[:1000])
            socket.socket(fileno=data.detach()).close()
            ftp.reply(226)
            assert read(name) == CONTENT[:1000]
            # The control connection ends with close_notify too.
            ftp.do("QUIT", 221)
            assert ftp.control.recv(1) == b""
            ftp.control.unwrap()


def took_anything(data):
    try:
        return data.recv(1) != b""
    except (ssl.SSLError, OSError):
        return False


def point_38_a_transfer_is_answered_once_and_after_the_file_is_there():
    ftp, other = Ftp(), Ftp()
    for i in range(30):
        data = ftp.connect(ftp.epsv())
        ftp.send(f"STOR file{i}")
        assert ftp.reply().code in (150, 125)
        data.sendall(CONTENT[: 1000 * i])
        assert not ftp.buffer
        data.close()
        ftp.reply(226)
        assert read(f"file{i}") == CONTENT[: 1000 * i]
        assert other.text(f"SIZE file{i}", 213) == str(1000 * i)
    for i in range(10):
        ftp.get(f"RETR file{i}")
    assert ftp.is_silent()
    # Errors say what is wrong: no such name, a directory, no room left for this user, no room for one file.
    os.mkdir(path_of("directory"))
    for command, code in (("RETR none", 550), ("RETR directory", 550), ("STOR directory", 550), ("STOR none/file", 550), ("RETR " + "x" * 300, 553)):
        ftp.epsv()
        ftp.do(command, code)
        assert ftp.is_silent(0.05), command
    assert ftp.give_quietly("STOR large", bytes(2_000_001)) == 552
    on_a_full_disk(ftp)
    ftp.do("NOOP", 200)
    # A transfer that breaks off is 426, once.
    write("long", bytes(50_000_000))
    data = ftp.start("RETR long")
    data.recv(1000)
    reset(data)
    ftp.reply(426)
    data = ftp.start("STOR broken")
    data.sendall(CONTENT)
    reset(data)
    ftp.reply(426)
    assert ftp.is_silent()
    ftp.quit()


def on_a_full_disk(ftp):
    """Where a disk can be mounted: no room on it may be tried again (452), other than what a limit refuses (552)."""
    os.mkdir(path_of("small"))
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", path_of("small")], stderr=subprocess.DEVNULL).returncode != 0:
        return
    try:
        assert ftp.give_quietly("STOR small/file", bytes(1_000_000)) == 452
    finally:
        subprocess.run(["umount", "-l", path_of("small")], check=True)


def point_39_noop_is_answered_during_a_transfer():
    write("long", bytes(30_000_000))
    ftp = Ftp()
    data = ftp.start("RETR long")
    for _ in range(5):
        ftp.do("NOOP", 200)
        data.recv(65536)
    status = ftp.do("STAT", 211)
    assert any(b"RETR is under way" in line for line in status.lines), status
    # What is no NOOP waits for the transfer's end.
    ftp.send("PWD")
    assert ftp.is_silent()
    while data.recv(1 << 20):
        pass
    ftp.reply(226)
    ftp.reply(257)
    data = ftp.start("STOR file")
    data.sendall(b"one")
    ftp.do("NOOP", 200)
    data.sendall(b"two")
    data.close()
    ftp.reply(226)
    assert read("file") == b"onetwo"


def point_40_host_ccc_prot_and_pbsz_keep_their_order():
    ftp = Ftp(login=False)
    ftp.do("HOST ftp.example.com", 220)
    ftp.do("HOST [::1]", 220)
    ftp.do("HOST not/a/host", 501)
    ftp.do("PBSZ 0", 503)
    ftp.do("PROT P", 503)
    ftp.do("CCC", 503)
    ftp.secure()
    ftp.do("AUTH TLS", 503)
    ftp.do("HOST ftp.example.com", 220)
    ftp.do("PROT P", 503)
    ftp.do("PBSZ x", 501)
    ftp.do("PBSZ 1024", 200)
    ftp.do("PROT Q", 504)
    ftp.do("PROT S", 536)
    ftp.do("CCC", 530)
    ftp.log_in()
    ftp.do("HOST ftp.example.com", 503)
    ftp.protect()
    ftp.put("STOR secret", CONTENT)
    ftp.do("PROT C", 200)
    ftp.protected = False
    assert ftp.get("RETR secret") == CONTENT
    ftp.do("PROT P", 200)
    ftp.protected = True
    assert ftp.get("RETR secret") == CONTENT
    # CCC: close_notify both ways, then in the clear; data connections stay as they were asked for.
    session = ftp.control.session
    ftp.do("CCC", 200)
    ftp.control = ftp.control.unwrap()
    ftp.do("PWD", 257)
    data = ftp.connect(ftp.epsv())
    ftp.do("RETR secret", 150)
    assert ftp.receive(ftp.shake(data, session=session)) == CONTENT
    ftp.reply(226)
    ftp.do("AUTH TLS", 503)
    ftp.do("USER " + USER, 503)
    ftp.quit()


def point_41_one_client_has_twenty_data_connections():
    sessions = [Ftp() for _ in range(20)]
    for i, ftp in enumerate(sessions):
        write(f"down{i}", random.Random(i).randbytes(1_000_000))
    started = [ftp.start(f"RETR down{i}") for i, ftp in enumerate(sessions)]
    outcomes = [None] * 20

    def take(i):
        outcomes[i] = sessions[i].receive(started[i])
        sessions[i].reply(226)

    at_once(take)
    for i, outcome in enumerate(outcomes):
        assert outcome == random.Random(i).randbytes(1_000_000), i
    started = [ftp.start(f"STOR up{i}") for i, ftp in enumerate(sessions)]

    def give(i):
        sessions[i].give(started[i], outcomes[i])
        sessions[i].reply(226)

    at_once(give)
    for i, outcome in enumerate(outcomes):
        assert read(f"up{i}") == outcome, i


def at_once(work):
    failures = []

    def run(i):
        try:
            work(i)
        except Exception as e:  # told below, whatever it is
            failures.append((i, repr(e)))

    threads = [threading.Thread(target=run, args=(i,)) for i in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


globals()[sys.argv[1]]()
