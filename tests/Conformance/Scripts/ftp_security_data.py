"""What attackers do to data connections and to TLS over FTP, one case per function; the one to run is the first argument."""
import contextlib
import os
import random
import re
import select
import socket
import ssl
import subprocess
import sys

from ftp_raw import *

CONTENT = random.Random(7).randbytes(300_000)
CERTIFICATES = os.environ["FTP_CERTIFICATES"]


def case_51_the_server_calls_nobody_but_its_client():
    write("file", CONTENT)
    victim = socket.create_server(("127.0.0.2", 0))
    own = socket.create_server(("127.0.0.1", 0))
    victim_port, own_port = victim.getsockname()[1], own.getsockname()[1]
    high, low = victim_port >> 8, victim_port & 255
    ftp = Ftp()
    for host in ("127,0,0,2", "192,0,2,1", "0,0,0,0", "255,255,255,255", "224,0,0,1", "169,254,169,254"):
        ftp.do(f"PORT {host},{high},{low}", 504)
        ftp.do(f"EPRT |1|{host.replace(',', '.')}|{victim_port}|", 504, 501)
        ftp.do("RETR file", 425, 503)
    for port in (0, 1, 20, 21, 22, 25, 80, 443, 1023):
        ftp.do(f"PORT 127,0,0,1,{port >> 8},{port & 255}", 504, 501)
        ftp.do(f"EPRT |1|127.0.0.1|{port}|", 504, 501)
    for address in ("::1", "::ffff:127.0.0.1", "::ffff:127.0.0.2", "::127.0.0.2", "fe80::1%1", "2001:db8::1"):
        ftp.do(f"EPRT |2|{address}|{victim_port}|", 522, 504, 501)
    for bad in ("PORT", "PORT 1,2,3", "PORT 127,0,0,1,256,1", "PORT 127,0,0,1,-1,1", "PORT 127,0,0,1,+200,1", "PORT 127,0,0,01,1000,1", "PORT 127,0,0,1,200,200,1",
                "PORT 127,0,0,1, 200,200", "PORT 0x7f,0,0,2,200,200", f"PORT 127.0.0.2,{high},{low}", "EPRT", "EPRT |1|127.0.0.1|", "EPRT |1|127.0.0.1|65536|",
                "EPRT |1|127.0.0.1|70000|", "EPRT |1|127.0.0.1|-5|", "EPRT |3|127.0.0.1|5000|", f"EPRT |1|127.2|{victim_port}|", f"EPRT |1|2130706434|{victim_port}|",
                f"EPRT |1|0177.0.0.2|{victim_port}|", f"EPRT |1|localhost|{victim_port}|", f"EPRT |1|[::1]|{victim_port}|", "EPRT |1|127.0.0.1|5000", "EPRT 1|127.0.0.1|5000|1"):
        ftp.do(bad, 501, 504, 522)
    ftp.do("RETR file", 425, 503)
    # A refusal takes back what was there before it.
    ftp.do(f"PORT 127,0,0,1,{own_port >> 8},{own_port & 255}", 200)
    ftp.do(f"PORT 127,0,0,2,{high},{low}", 504)
    ftp.do("RETR file", 425, 503)
    assert not select.select([victim, own], [], [], 0.2)[0]
    # From server to server (FXP): neither side waits for somebody else than the client.
    port = ftp.epsv()
    other = ftp_from_another_address(port)
    ftp.do("STOR file", 150)
    assert nothing_comes(other)
    assert ftp.do("ABOR").code in (425, 426) and ftp.reply().code in (225, 226)
    assert read("file") == CONTENT


def without_active_mode():
    """As it is unless the settings say otherwise."""
    write("file", CONTENT)
    own = socket.create_server(("127.0.0.1", 0))
    port = own.getsockname()[1]
    ftp = Ftp()
    ftp.do(f"PORT 127,0,0,1,{port >> 8},{port & 255}", 500, 502)
    ftp.do(f"EPRT |1|127.0.0.1|{port}|", 500, 502)
    assert all(b"EPRT" not in line for line in ftp.do("FEAT", 211).lines)
    ftp.do("RETR file", 425, 503)
    assert not select.select([own], [], [], 0.2)[0]
    assert ftp.get("RETR file") == CONTENT


def ftp_from_another_address(port, address="127.0.0.2"):
    return socket.create_connection(("127.0.0.1", port), TIMEOUT, (address, 0))


def nothing_comes(sock):
    """True if the connection ends, or was never taken, without a byte."""
    try:
        sock.sendall(b"stolen")
        return sock.recv(1) == b""
    except ConnectionError:
        return True


def case_52_nobody_else_gets_or_gives_the_data():
    write("file", CONTENT)
    # From other addresses, first and last, before and after the command; the client's own connection is the one that counts.
    ftp = Ftp()
    for command in ("RETR file", "STOR up", "LIST", "MLSD"):
        for _ in range(3):
            port = ftp.epsv()
            early = [ftp_from_another_address(port, f"127.0.0.{i}") for i in (2, 3, 4)]
            own = ftp.connect(port)
            ftp.do(command, 150)
            if command.startswith("STOR"):
                ftp.give(own, CONTENT)
            else:
                assert ftp.receive(own)
            ftp.reply(226)
            assert all(nothing_comes(thief) for thief in early)
    assert read("up") == CONTENT
    port = ftp.epsv()
    own = ftp.connect(port)
    ftp.do("RETR file", 150)
    assert ftp.receive(own) == CONTENT
    ftp.reply(226)
    # The port is gone with its one connection.
    try:
        ftp.connect(port).close()
        raise AssertionError("the port is still there")
    except ConnectionError:
        pass
    # From the same address only TLS can tell: nothing but a session of this control connection counts.
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = client_context(version)
        victim, thief = Ftp("required", tls=client_context(version)), Ftp("required", tls=context)
        earlier = Ftp("required", tls=client_context(version))
        earlier_session, earlier_context = earlier.control.session, earlier.context
        earlier.quit()
        thief.get("LIST")
        tickets = [(context, thief.control.session), (context, None), (earlier_context, earlier_session), (client_context(version), None)]
        for used, session in tickets:
            for command in ("RETR file", "STOR up"):
                stolen = victim.connect(victim.epsv())
                victim.do(command, 150)
                try:
                    stolen = used.wrap_socket(stolen, server_hostname="localhost", session=session)
                    assert not stolen.session_reused, (version, command)
                    if command.startswith("STOR"):
                        stolen.sendall(b"forged")
                    assert stolen.recv(1) == b"", "data for a thief"
                except (ssl.SSLError, OSError):
                    pass
                victim.reply(522, 425)
        # A session of a data connection is no session of a control connection's client either.
        data = thief.start("RETR file")
        from_data = data.session
        thief.receive(data)
        thief.reply(226)
        stolen = victim.connect(victim.epsv())
        victim.do("RETR file", 150)
        try:
            stolen = context.wrap_socket(stolen, server_hostname="localhost", session=from_data)
            assert not stolen.session_reused and stolen.recv(1) == b""
        except (ssl.SSLError, OSError):
            pass
        victim.reply(522, 425)
        # In the clear where TLS is asked for.
        stolen = victim.connect(victim.epsv())
        victim.do("RETR file", 150)
        stolen.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert CONTENT[:16] not in drained(stolen)
        victim.reply(425, 426, 522)
        # The victim goes on, and nothing was written in its name.
        assert victim.get("RETR file") == CONTENT
        assert read("up") == CONTENT


def drained(sock):
    received = b""
    try:
        while part := sock.recv(65536):
            received += part
    except OSError:
        pass
    return received


def descriptors():
    """What the server has open, without what it keeps once it has been needed: its own code, and the epoll of each of its threads."""
    folder, found = f"/proc/{os.environ['FTP_PID']}/fd", []
    for name in os.listdir(folder):
        try:
            if not os.readlink(os.path.join(folder, name)).endswith((".dll", ".so", "[eventpoll]")):
                found.append(name)
        except OSError:
            pass
    return found


def listening():
    """How many TCP ports the server listens on."""
    held = set()
    for name in descriptors():
        try:
            held.add(os.readlink(f"/proc/{os.environ['FTP_PID']}/fd/{name}"))
        except OSError:
            pass
    count = 0
    for table in ("tcp", "tcp6"):
        with open(f"/proc/{os.environ['FTP_PID']}/net/{table}") as file:
            count += sum(1 for line in file if (fields := line.split())[3] == "0A" and f"socket:[{fields[9]}]" in held)
    return count


def case_55_every_end_in_every_state_gives_everything_back():
    write("long", bytes(20_000_000))
    ports, open_files = listening(), len(descriptors())

    def prepared(ftp, command):
        ftp.epsv()

    def awaited(ftp, command):
        ftp.epsv()
        ftp.do(command, 150)

    def connected(ftp, command):
        data = ftp.connect(ftp.epsv())
        ftp.do(command, 150)
        return data

    def shaking(ftp, command):
        data = connected(ftp, command)
        data.sendall(bytes.fromhex("1603010200010001fc0303"))
        return data

    def moving(ftp, command):
        data = connected(ftp, command)
        if ftp.protected:
            data = ftp.shake(data)
        if command.startswith("STOR"):
            data.sendall(CONTENT)
        else:
            data.recv(1)
        return data

    def done(ftp, command):
        data = moving(ftp, command)
        if command.startswith("STOR"):
            data.close()
        else:
            drained(data)

    def abor(ftp, data):
        ftp.send("ABOR")
        ftp.send("NOOP")
        while ftp.reply().lines[0] != b"Here.":
            pass

    def quit_(ftp, data):
        ftp.send("QUIT")
        if data:
            reset(data)

    ends = {
        "ABOR": abor,
        "QUIT": quit_,
        "RST of control": lambda ftp, data: reset(ftp.control),
        "RST of data": lambda ftp, data: data and reset(data),
        "RST of both": lambda ftp, data: (data and reset(data), reset(ftp.control)),
        "end of control": lambda ftp, data: ftp.control.close(),
        "end of both": lambda ftp, data: (data and data.close(), ftp.control.close()),
        "REIN": lambda ftp, data: ftp.send("REIN"),
    }
    for listener in ("optional", "implicit"):
        for state in (prepared, awaited, connected, shaking, moving, done):
            for command in ("RETR long", "STOR up", "LIST"):
                for name, end in ends.items():
                    ftp = Ftp(listener)
                    data = state(ftp, command)
                    try:
                        end(ftp, data)
                    except (ConnectionError, EOFError, ssl.SSLError) as e:
                        raise AssertionError((listener, state.__name__, command, name)) from e
                    for sock in (data, ftp.control):
                        if sock:
                            sock.close()
    # 2,000 ports that nobody comes to: each is given back when the next is asked for, and the last with its session.
    ftp = Ftp()
    for _ in range(1000):
        ftp.pasv()
        ftp.epsv()
    until(lambda: listening() <= ports + 1, lambda: f"ports {ports}, now {listening()}")
    crowd = [Ftp() for _ in range(30)]
    for each in crowd:
        each.epsv()
    assert listening() >= ports + 30
    for each in crowd:
        reset(each.control)
    ftp.quit()
    until(lambda: listening() <= ports, lambda: f"ports {ports}, now {listening()}")
    until(lambda: len(descriptors()) <= open_files + 8, lambda: f"descriptors {open_files}, now {len(descriptors())}")
    ftp = Ftp()
    assert ftp.put("STOR up", CONTENT) and ftp.get("RETR up") == CONTENT
    ftp.quit()


def case_57_what_is_required_of_tls_cannot_be_talked_away():
    write("file", CONTENT)
    # Data in the clear where P is required, with every way to ask for it.
    for listener in ("required", "implicit"):
        ftp = Ftp(listener)
        for level in ("C", "c", " C"):
            ftp.do("PROT " + level, 534)
        ftp.do("PROT S", 536)
        ftp.do("PROT E", 536)
        ftp.do("CCC", 500, 502, 533, 534)
        ftp.do("REIN", 502, 503, 530)
        assert ftp.get("RETR file") == CONTENT
    ftp = Ftp("required", login=False).log_in()
    ftp.do("PBSZ 0", 200)
    for command in ("RETR file", "STOR file", "LIST", "MLSD", "NLST", "APPE file", "STOU"):
        ftp.epsv()
        ftp.do(command, 521, 503, 534)
    assert read("file") == CONTENT
    # No renegotiation, which TLS 1.2 would have (CVE-2009-3555, CVE-2011-1473).
    said = openssl("-tls1_2", stdin="R\nNOOP\r\n")
    assert "RENEGOTIATING" in said and "200 Here." not in said.split("RENEGOTIATING")[1], said
    # Nothing older than TLS 1.2, and no compression.
    for version in ("-tls1", "-tls1_1"):
        assert "Cipher is (NONE)" in openssl(version, "-cipher", "ALL:@SECLEVEL=0", stdin="")
    assert "Compression: NONE" in openssl("-tls1_2", stdin="QUIT\r\n")
    # Certificates of clients: none, of somebody else's authority, and one that is not this user's.
    for context in (client_context(), client_context(certificate=self_made())):
        try:
            Ftp("certified", tls=context, login=False).do("NOOP")
            raise AssertionError("a client without a certificate was taken")
        except (ssl.SSLError, OSError, EOFError):
            pass
    mine = (os.path.join(CERTIFICATES, "alice.pem"), os.path.join(CERTIFICATES, "alice.key"))
    ftp = Ftp("certified", tls=client_context(certificate=mine), login=False)
    ftp.do("USER " + USER, 331)
    ftp.do("PWD", 530)
    ftp.do("PASS wrong", 530)
    ftp.log_in()
    ftp.protect()
    assert ftp.get("RETR file") == CONTENT
    # Names that a client asks for choose a certificate and nothing else.
    for name, expected in (("other.example", "other.example"), ("OTHER.example", "other.example"), ("unknown.example", "server"), ("x" * 250, "server"), ("..", "server"), ("127.0.0.1", "server")):
        said = openssl("-servername", name, stdin="QUIT\r\n")
        assert re.search(r"subject=.*CN ?= ?" + re.escape(expected), said), (name, said[:2000])
    ftp = Ftp("required", tls=client_context(ssl.TLSVersion.TLSv1_3))
    loose = ssl.create_default_context(cafile=AUTHORITY)
    loose.check_hostname = False
    data = ftp.connect(ftp.epsv())
    ftp.do("RETR file", 150)
    try:
        data = loose.wrap_socket(data, server_hostname="other.example")
        assert not data.session_reused and data.recv(1) == b""
    except (ssl.SSLError, OSError):
        pass
    ftp.reply(522, 425)
    assert ftp.get("RETR file") == CONTENT


def openssl(*options, stdin):
    arguments = ["openssl", "s_client", "-connect", f"127.0.0.1:{port_of('implicit')}", "-CAfile", AUTHORITY, *options]
    process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        said = b""
        if stdin:
            # Line by line, each when the one before has been done.
            while b"220 " not in said and (part := os.read(process.stdout.fileno(), 65536)):
                said += part
            for line in stdin.splitlines(keepends=True):
                try:
                    process.stdin.write(line.encode())
                    process.stdin.flush()
                except BrokenPipeError:
                    # A client that was refused has gone before its next line: what it said is in the output.
                    break
                if select.select([process.stdout], [], [], 2)[0]:
                    said += os.read(process.stdout.fileno(), 65536)
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        return (said + process.stdout.read()).decode(errors="replace")
    finally:
        process.kill()
        process.wait()


def self_made():
    certificate, key = path_of("self.pem"), path_of("self.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", certificate, "-subj", "/CN=" + USER],
                   check=True, stderr=subprocess.DEVNULL)
    return os.fsdecode(certificate), os.fsdecode(key)


globals()[sys.argv[1]]()
