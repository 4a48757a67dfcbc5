"""What attackers do to the control connection and the commands of FTP, one case per function; the one to run is the first argument."""
import os
import random
import socket
import ssl
import sys
import zlib

from ftp_raw import *

CONTENT = random.Random(7).randbytes(300_000)
MIB = 1 << 20


def case_50_nothing_in_the_clear_reaches_tls_and_no_http_is_answered():
    # Commands behind AUTH, in one segment with it: none of them is obeyed behind the handshake, nor at all.
    for injected in (b"USER " + USER.encode() + b"\r\nPASS " + PASSWORD.encode() + b"\r\n", b"NOOP\r\n", b"\r\n", b"N", b"\0"):
        for listener in ("optional", "control"):
            ftp = Ftp(listener="optional", login=False) if listener == "optional" else plain(listener)
            ftp.control.sendall(b"AUTH TLS\r\n" + injected)
            assert ftp.reply().code in (421, 501, 503)
            assert ftp.is_ended()
    # Behind the answer, in front of the handshake.
    ftp = plain("optional")
    ftp.do("AUTH TLS", 234)
    ftp.control.sendall(b"NOOP\r\n")
    assert_no_handshake(ftp)
    # A name that was said in the clear counts for nothing in TLS.
    ftp = plain("optional")
    ftp.do("USER " + USER, 331)
    ftp.secure()
    ftp.do("PASS " + PASSWORD, 503)
    # HTTP, in the clear and in TLS (ALPACA): an end, and nothing of what was sent comes back.
    request = b" /<script>alert(1)</script> HTTP/1.1\r\nHost: x\r\nCookie: secret\r\n\r\n"
    for verb in (b"GET", b"POST", b"HEAD", b"PUT", b"OPTIONS", b"DELETE", b"CONNECT", b"PATCH", b"TRACE", b"get"):
        for listener in ("optional", "implicit"):
            ftp = Ftp(listener, login=False)
            ftp.control.sendall(verb + request)
            answer = everything(ftp)
            assert b"script" not in answer and b"secret" not in answer and b"Host" not in answer, (verb, answer)
    # A protocol of another name is refused by the handshake itself.
    for listener in ("optional", "implicit"):
        context = client_context()
        context.set_alpn_protocols(["http/1.1", "h2"])
        try:
            Ftp(listener, login=False, tls=context)
            raise AssertionError("http/1.1 was agreed to")
        except (ssl.SSLError, OSError, EOFError):
            pass
        context.set_alpn_protocols(["ftp", "http/1.1"])
        assert Ftp(listener, tls=context).control.selected_alpn_protocol() == "ftp"
    # TLS where the clear is expected, and the other way round.
    sock = socket.create_connection(("127.0.0.1", port_of("optional")), TIMEOUT)
    assert sock.recv(4) == b"220 "
    sock.sendall(bytes.fromhex("16030100050100000100"))
    assert ends(sock)
    sock = socket.create_connection(("127.0.0.1", port_of("implicit")), TIMEOUT)
    sock.sendall(b"USER " + USER.encode() + b"\r\n")
    assert ends(sock)


def plain(listener):
    """A control connection in the clear, whatever the listener wants."""
    ftp = Ftp.__new__(Ftp)
    ftp.host, ftp.source, ftp.buffer, ftp.protected, ftp.context = "127.0.0.1", None, b"", False, client_context()
    ftp.control = ftp.connect(port_of(listener))
    ftp.reply(220)
    return ftp


def assert_no_handshake(ftp):
    try:
        ftp.wrap_control()
    except (ssl.SSLError, OSError):
        return
    raise AssertionError("the handshake went on behind what was sent in the clear")


def everything(ftp):
    received = ftp.buffer
    try:
        while part := ftp.control.recv(65536):
            received += part
    except TimeoutError:
        raise
    except OSError:
        pass
    return received


def ends(sock):
    try:
        while sock.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


def case_53_lines_without_end_telnet_nul_and_formats():
    for login in (False, True):
        ftp = Ftp(login=login)
        # A megabyte without an end, in pieces; the line after it is one again.
        for _ in range(64):
            ftp.control.sendall(b"A" * 16384)
        ftp.send("")
        ftp.reply(500)
        ftp.do("NOOP", 200)
        ftp.control.sendall(b"STOR " + b"/" * MIB + b"\r\n")
        ftp.reply(500)
        # A megabyte of Telnet commands is no line at all, and options are taken out wherever they stand.
        ftp.control.sendall(b"\xff\xf1" * (MIB // 2) + b"\xff\xfb\x01\xff\xfd\x06NO\xff\xfc\x18OP\xff\xf9\r\n")
        ftp.reply(200)
        ftp.control.sendall(b"\xff\xfa\x18\x00\xff\xf0\r\n")
        ftp.reply(500)
        # One command in many pieces, and many in one.
        for byte in b"NOOP\r\n":
            ftp.control.sendall(bytes([byte]))
        ftp.reply(200)
        ftp.control.sendall(b"NOOP\n" * 100)
        for _ in range(100):
            ftp.reply(200)
        # CR alone and NUL end no line.
        assert ftp.do(b"NOOP\rQUIT").code in (200, 500, 501)
        assert ftp.do(b"NOOP\0\0QUIT").code in (200, 500, 501)
        ftp.do("NOOP", 200)
        for empty in (b"", b" ", b"\0", b"\x80\x81", b"%n%s%n", b"\xff\xff"):
            ftp.do(empty, 500, 501, 502)
        for name in (b"%n%n%n%s%s%x", b"{0}{1}", b"$(id)`id`", b"a\rb", b"a\x1b[2J\x1b]0;x\x07"):
            if login:
                assert ftp.do(b"MKD " + name).code in (257, 501, 550, 553), name
                assert ftp.do(b"CWD " + name).code in (250, 501, 550, 553), name
                ftp.do("CWD /", 250)
        ftp.do("NOOP", 200)
    assert ftp.do(b"MKD zero\0byte").code in (501, 550, 553)
    # Replies that nobody reads fill no memory: what asks for them is read no further.
    before = resident()
    crowd = [Ftp(login=i < 5) for i in range(10)]
    for ftp in crowd:
        ftp.control.setblocking(False)
        try:
            for _ in range(200):
                ftp.control.send(b"HELP\r\n" * 10_000)
        except BlockingIOError:
            pass
    assert resident() - before < 64 * MIB, (before, resident())
    for ftp in crowd:
        reset(ftp.control)
    # Names, passwords and clients of any bytes: refused in order; the log is looked at by who runs this.
    ftp = Ftp(login=False)
    for name in (b"%n%s%n", b"x" * 8000, b"\xff\xff\xfe\x80", b"a\rb{\"level\":\"forged\"}", b"\"},{\"level\":\"forged\"", b"\x1b[31m"):
        ftp.do(b"USER " + name, 331, 501, 530)
        ftp.do(b"CLNT " + name, 200, 501)
        if ftp.do(b"PASS " + name).code == 421:
            break
        ftp.do("NOOP", 200)


BEFORE_LOGIN = """SITE CPFR /etc/passwd|SITE CPTO x|SITE COPY a b|SITE CHMOD 777 x|SITE SYMLINK / x|SITE UTIME 20200101000000 x|SITE QUOTA|SITE HELP|SITE
MLST /|MLST|SIZE file|HASH file|XCRC file|XMD5 file|XSHA256 file|MD5 file|STAT /|STAT -l file|MDTM file|MFMT 20200101000000 file|MFF modify=20200101000000; file
CWD /|CDUP|PWD|XPWD|XCWD /|XCUP|XMKD x|XRMD x|MKD x|RMD x|DELE file|RNFR file|RNTO x|COMB x file|AVBL /
PASV|EPSV|EPSV ALL|PORT 127,0,0,1,200,200|EPRT !1!127.0.0.1!51400!|PRET RETR file|LIST|NLST|MLSD|RETR file|STOR x|APPE file|STOU|REST 10|RANG 0 10|ALLO 1000000|TYPE A|MODE Z|STRU F|ABOR|CCC
OPTS MLST size;|OPTS HASH MD5|OPTS MODE Z LEVEL 9"""


def case_54_nothing_is_done_or_told_before_login():
    write("file", CONTENT)
    before = sorted(os.listdir(HOME))
    commands = BEFORE_LOGIN.replace("\n", "|").split("|")
    harmless = ("OPTS ",)

    def in_turns(prepare, listener="optional"):
        # The server ends a connection that is refused too often before login.
        for start in range(0, len(commands), 40):
            ftp = plain(listener)
            prepare(ftp)
            for command in commands[start:start + 40]:
                answer = ftp.do(command)
                assert answer.code in (500, 501, 502, 503, 504, 530, 534) or command.startswith(harmless), (command, answer)
            ftp.do("NOOP", 200)

    in_turns(lambda ftp: None)
    in_turns(lambda ftp: ftp.do("USER " + USER, 331))
    in_turns(lambda ftp: (ftp.do("USER " + USER, 331), ftp.do("PASS wrong", 530)))
    in_turns(lambda ftp: ftp.secure())
    in_turns(lambda ftp: None, "control")
    ftp = plain("control")
    ftp.do("USER " + USER, 530, 534)
    ftp.do("PASS " + PASSWORD, 503, 530, 534)
    # Logged out is as before.
    ftp = Ftp()
    ftp.do("CWD /", 250)
    ftp.do("RNFR file", 350)
    ftp.epsv()
    ftp.do("REIN", 220)
    for command in ("RNTO x", "RETR file", "PWD", "STAT file", "SITE CHMOD 777 file", "PASS " + PASSWORD):
        ftp.do(command, 503, 530)
    assert sorted(os.listdir(HOME)) == before and read("file") == CONTENT
    # STAT without a path tells the session's own state, and no name; who asks for ever is sent away.
    answer = plain("optional").do("STAT", 211)
    assert all(b"file" not in line for line in answer.lines)
    ftp = plain("optional")
    for _ in range(200):
        if ftp.do("SITE CPFR /etc/passwd").code == 421:
            break
    else:
        raise AssertionError("commands are refused for ever")
    assert ftp.is_ended()
    # Copying by SITE is not to be had after login either.
    ftp = Ftp()
    for command in ("SITE CPFR file", "SITE CPTO copy", "SITE COPY file copy", "SITE EXEC id", "SITE SHELL", "SITE CHOWN root file"):
        ftp.do(command, 500, 501, 502, 504)
    assert sorted(os.listdir(HOME)) == before


def case_56_offsets_quotas_sizes_and_patterns_have_bounds():
    quota = 4 * MIB
    write("file", CONTENT)
    ftp = Ftp()
    for offset in (300_001, 1 << 40, (1 << 63) - 1):
        for transfer in ("RETR file", "STOR file"):
            ftp.do(f"REST {offset}", 350)
            ftp.epsv()
            ftp.do(transfer, 554, 550, 501)
    for bad in ("-1", "9223372036854775808", "18446744073709551616", "1e9", "0x10", "", "1 2"):
        ftp.do(f"REST {bad}", 501, 504)
    ftp.do("RANG 5 4", 501)
    ftp.do("RANG 0 9223372036854775807", 501, 350)
    ftp.do("REST 0", 350)
    assert ftp.get("RETR file") == CONTENT and read("file") == CONTENT
    # What ALLO asks for is not taken from anybody, and not believed.
    for size in (1 << 62, 9_223_372_036_854_775_807):
        assert ftp.do(f"ALLO {size}").code in (200, 202, 501, 504, 552)
    ftp.do("ALLO -1", 501)
    assert os.statvfs(HOME).f_bavail > 0
    # The quota holds on every way into a file, whatever its size was said to be.
    write("file", b"")
    for attempt in range(8):
        ftp.give_quietly("APPE file", bytes(MIB))
    assert os.path.getsize(path_of("file")) <= quota, os.path.getsize(path_of("file"))
    size = os.path.getsize(path_of("file"))
    ftp.do(f"REST {size}", 350)
    ftp.give_quietly("STOR file", bytes(2 * MIB))
    ftp.give_quietly("STOU", bytes(2 * MIB))
    ftp.do("TYPE A", 200)
    ftp.give_quietly("STOR text", b"\n" * (2 * MIB))
    ftp.do("TYPE I", 200)
    bomb = zlib.compress(bytes(64 * MIB), 9)
    ftp.do("MODE Z", 200)
    ftp.give_quietly("STOR bomb", bomb)
    ftp.do("MODE S", 200)
    assert total() <= quota, total()
    for name in os.listdir(HOME):
        ftp.do("DELE " + name, 250)
    assert total() == 0
    # The quota is free again; ASCII doubles what is sent, not what is kept, and neither is held in memory.
    ftp.do("TYPE A", 200)
    ftp.put("STOR lines", b"\r\n" * MIB)
    assert os.path.getsize(path_of("lines")) == MIB
    before = resident()
    assert len(ftp.get("RETR lines")) == 2 * MIB
    assert resident() - before < 64 * MIB
    ftp.do("SIZE lines", 550)
    ftp.do("TYPE I", 200)
    # Patterns: of the last part alone, none of them costs more than a look at each name, and nothing recurses.
    for i in range(200):
        write("a" * 200 + str(i), b"")
    os.makedirs(path_of("one/two/three"))
    write("one/two/three/deep", b"")
    for pattern in ("*/../" * 40 + "*", "*/" * 100, "/*/*/*/*", "a*" * 60 + "b", "*" * 250, "[" * 250, "[!a-" * 60, "\\" * 100, "?" * 250 + "*", "{a,b}" * 40, "*" * 4000):
        for command in ("LIST ", "NLST ", "LIST -R ", "STAT "):
            answer = ftp.tried(command + pattern)
            assert b"deep" not in answer and b"three" not in answer, (command, pattern, answer)
    for command in ("LIST -R", "LIST -aR", "LIST -lR /", "NLST -R"):
        assert b"deep" not in ftp.tried(command), command
    ftp.do("NOOP", 200)


def resident():
    with open(f"/proc/{os.environ['FTP_PID']}/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))


def total():
    return sum(os.path.getsize(os.path.join(HOME, name)) for name in os.listdir(HOME))


globals()[sys.argv[1]]()
