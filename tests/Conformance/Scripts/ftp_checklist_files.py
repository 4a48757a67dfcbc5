"""What clients expect of names, lists and file commands over FTP, one point of the checklist per function; the one to run is the first argument."""
import hashlib
import os
import random
import re
import socket
import sys
import zlib

from ftp_raw import *

CONTENT = random.Random(7).randbytes(300_000)
TIME = 1_000_000_000
TIME_TEXT = "20010909014640"


def facts(line):
    """The facts of a line of MLSD or MLST in lower case, and the name."""
    text, name = line.lstrip(" ").split(" ", 1)
    assert text.endswith(";"), line
    return dict(fact.split("=", 1) for fact in text[:-1].lower().split(";")), name


def point_31_machine_listings_have_exact_facts():
    os.makedirs(path_of("folder/sub"))
    write("folder/file one", b"12345")
    write("folder/.hidden", b"")
    os.symlink("file one", path_of("folder/link"))
    os.utime(path_of("folder/file one"), (TIME, TIME))
    ftp = Ftp()
    for kind in ("TYPE A", "TYPE I"):
        ftp.do(kind, 200)
        lines = [facts(line) for line in ftp.names("MLSD folder")]
        found = {name: fact for fact, name in lines}
        assert len(found) == len(lines)
        assert found["file one"]["type"] == "file" and found["file one"]["size"] == "5", found
        assert found["file one"]["modify"] == TIME_TEXT
        assert found["sub"]["type"] == "dir" and "size" not in found["sub"]
        assert found["link"]["type"].startswith("os.unix=slink"), found["link"]
        assert ".hidden" in found
        assert all(re.fullmatch(r"\d{14}", fact["modify"]) for fact in found.values())
        assert {"r", "w"} <= set(found["file one"]["perm"]) and {"e", "l", "c"} <= set(found["sub"]["perm"])
        # The listed directory is cdir, the one above pdir, and nothing else is.
        assert [name for name, fact in found.items() if fact["type"] == "cdir"] in ([], ["."])
        assert [name for name, fact in found.items() if fact["type"] == "pdir"] in ([], [".."])
    unique = found["file one"]["unique"]
    answer = ftp.do("MLST folder/file one", 250)
    assert len(answer.lines) == 3 and answer.lines[1].startswith(b" "), answer
    fact, name = facts(answer.lines[1].decode())
    assert fact["unique"] == unique and name.endswith("file one"), answer
    assert facts(ftp.do("MLST folder", 250).lines[1].decode())[0]["type"] in ("dir", "cdir")
    ftp.do("MLST none", 550)
    ftp.epsv()
    assert ftp.do("MLSD folder/file one").code in (501, 550)
    # OPTS MLST chooses, and FEAT shows what is chosen.
    feature = next(line for line in ftp.do("FEAT", 211).lines if line.startswith(b" MLST"))
    assert b"size*;" in feature and b"type*;" in feature.lower(), feature
    assert "type;" in ftp.text("OPTS MLST type;unknown;", 200)
    assert [line.split(" ", 1)[0] for line in ftp.names("MLSD folder") if line.endswith(" sub")] == ["type=dir;"]
    feature = next(line for line in ftp.do("FEAT", 211).lines if line.startswith(b" MLST"))
    assert b"size;" in feature and b"type*;" in feature.lower(), feature
    ftp.do("OPTS MLST", 200)
    assert all(line.startswith(" ") for line in ftp.names("MLSD folder"))


def listed(ftp, command):
    return sorted(line.split(None, 8)[8] for line in ftp.names(command))


def point_32_list_takes_options_and_patterns():
    os.makedirs(path_of("folder/sub"))
    for name in ("a.txt", "b.txt", "c.dat", "-la", "[x]", "with blank.txt"):
        write("folder/" + name, b"1")
    write("-F", b"1")
    write("folder/sub/inner.txt", b"1")
    everything = sorted(["a.txt", "b.txt", "c.dat", "-la", "[x]", "with blank.txt", "sub"])
    ftp = Ftp()
    ftp.do("CWD folder", 250)
    for command in ("LIST", "LIST -a", "LIST -al", "LIST -aL", "LIST -l -a", "LIST .", "LIST -a .", "LIST -al /folder", "LIST -aL ../folder"):
        names = [name for name in listed(ftp, command) if name not in (".", "..")]
        assert names == everything, (command, names)
    for line in ftp.names("LIST"):
        assert re.match(r"[-dl]([-r][-w][-xsStT]){3} +\d+ \S+ +\S+ +\d+ [A-Z][a-z]{2} [ \d]\d ( \d{4}|\d\d:\d\d) ", line), line
    assert sorted(ftp.names("NLST -a")) == everything or {".", ".."} < set(ftp.names("NLST -a"))
    assert sorted(name.rpartition("/")[2] for name in ftp.names("NLST *.txt")) == ["a.txt", "b.txt", "with blank.txt"]
    assert listed(ftp, "LIST *.txt") == ["a.txt", "b.txt", "with blank.txt"]
    assert listed(ftp, "LIST -l [ab].txt") == ["a.txt", "b.txt"]
    assert listed(ftp, "LIST [x]") == ["[x]"]
    assert listed(ftp, "LIST with blank.txt") == ["with blank.txt"]
    # A name that begins like an option is a name where it exists.
    assert listed(ftp, "LIST -la") == ["-la"]
    ftp.do("CWD /", 250)
    assert listed(ftp, "LIST -F") == ["-F"]
    assert [name for name in listed(ftp, "LIST -la folder") if name not in (".", "..")] == everything
    # STAT lists on the control connection.
    assert any(line.endswith(b" c.dat") for line in ftp.do("STAT -l folder", 212).lines)


def point_33_sizes_times_modes_and_checksums():
    write("file", CONTENT)
    write("text", b"a\nb\n")
    os.mkdir(path_of("folder"))
    os.utime(path_of("folder"), (TIME, TIME))
    ftp = Ftp()
    ftp.do("TYPE I", 200)
    assert ftp.text("SIZE file", 213) == "300000"
    ftp.do("SIZE folder", 550)
    # In ASCII nothing but the size of what would be sent may be told.
    ftp.do("TYPE A", 200)
    assert ftp.get("RETR text") == b"a\r\nb\r\n"
    answer = ftp.do("SIZE text", 213, 550)
    assert answer.code == 550 or answer.lines == [b"6"], answer
    ftp.do("TYPE I", 200)
    assert ftp.text("MDTM folder", 213) == TIME_TEXT
    ftp.do("MDTM none", 550)
    assert ftp.text(f"MFMT {TIME_TEXT} file", 213).lower() == f"modify={TIME_TEXT}; file"
    assert os.stat(path_of("file")).st_mtime == TIME and ftp.text("MDTM file", 213) == TIME_TEXT
    ftp.do("MFMT 20011309014640 file", 501)
    ftp.do(f"MFCT {TIME_TEXT} file", 502, 504)
    ftp.do("MFF modify=19990101000000;UNIX.mode=0640; file", 213)
    assert ftp.text("MDTM file", 213) == "19990101000000" and os.stat(path_of("file")).st_mode & 0o777 == 0o640
    ftp.do(f"SITE UTIME {TIME_TEXT} file", 200)
    assert os.stat(path_of("file")).st_mtime == TIME
    ftp.do("SITE UTIME file 19990101000000 20000101000000 20000101000000 UTC", 200)
    stat = os.stat(path_of("file"))
    assert (stat.st_atime, stat.st_mtime) == (915148800, 946684800), stat
    ftp.do("SITE CHMOD 0600 file", 200)
    assert os.stat(path_of("file")).st_mode & 0o777 == 0o600
    ftp.do("SITE CHMOD 999 file", 501)
    sums = {"XCRC": f"{zlib.crc32(CONTENT):08X}", "XMD5": md5(CONTENT), "XSHA1": hashlib.sha1(CONTENT).hexdigest(),
            "XSHA256": hashlib.sha256(CONTENT).hexdigest(), "XSHA512": hashlib.sha512(CONTENT).hexdigest()}
    for command, expected in sums.items():
        assert ftp.text(f"{command} file", 250).lower() == expected.lower(), command
    assert ftp.text('XCRC "file" 1000 2000', 250) == f"{zlib.crc32(CONTENT[1000:2000]):08X}"
    assert ftp.text("HASH file", 213) == f"SHA-256 0-299999 {hashlib.sha256(CONTENT).hexdigest()} file"
    ftp.do("OPTS HASH MD5", 200)
    ftp.do("RANG 0 99", 350)
    assert ftp.text("HASH file", 213) == f"MD5 0-99 {md5(CONTENT[:100])} file"
    ftp.do("HASH none", 550)
    ftp.do("HASH folder", 550, 553)


def md5(data):
    return hashlib.md5(data).hexdigest()


def point_34_transfers_go_on_where_they_were():
    write("file", CONTENT)
    ftp = Ftp()
    ftp.do("TYPE I", 200)
    for offset in (0, 1, 299_999, 300_000):
        ftp.do(f"REST {offset}", 350)
        assert ftp.get("RETR file") == CONTENT[offset:], offset
    ftp.do("REST 100", 350)
    ftp.do("REST 0", 350)
    assert ftp.get("RETR file") == CONTENT
    # REST is for the next command alone.
    ftp.do("REST 100", 350)
    ftp.do("MKD folder", 257)
    assert ftp.get("RETR file") == CONTENT
    write("up", CONTENT[:1000] + b"x" * 10)
    ftp.do("REST 1000", 350)
    ftp.put("STOR up", CONTENT[1000:])
    assert read("up") == CONTENT
    write("up", CONTENT[:5000])
    ftp.put("APPE up", CONTENT[5000:])
    assert read("up") == CONTENT
    ftp.put("APPE new", b"abc")
    assert read("new") == b"abc"
    ftp.do("ALLO 300000", 200, 202)
    ftp.do("ALLO 300000 R 512", 200, 202)
    ftp.put("STOR up", CONTENT)
    names = set()
    for _ in range(3):
        data = ftp.connect(ftp.epsv())
        names.add(re.fullmatch(r"FILE: (\S+)", ftp.text("STOU", 150)).group(1))
        ftp.give(data, CONTENT)
        ftp.reply(226, 250)
    assert len(names) == 3 and all(read(name) == CONTENT for name in names), names
    # A range (RANG), and back to all of it.
    ftp.do("RANG 10 19", 350)
    assert ftp.get("RETR file") == CONTENT[10:20]
    assert ftp.get("RETR file") == CONTENT


def point_35_abor_and_quit_during_a_transfer():
    write("long", bytes(60_000_000))
    interrupt, mark = b"\xff\xf4\xff", b"\xf2"
    for urgent in (True, False):
        ftp = Ftp()
        data = ftp.start("RETR long")
        data.recv(1000)
        # Telnet IP, Synch with DM as urgent data (RFC 959 §4.1.3), and the same from clients that mark nothing as urgent.
        if urgent:
            ftp.control.send(interrupt, socket.MSG_OOB)
            ftp.control.sendall(mark)
        else:
            ftp.control.sendall(interrupt + mark)
        ftp.send("ABOR")
        ftp.reply(426)
        ftp.reply(226)
        data.close()
        ftp.do("PWD", 257)
        ftp.do("ABOR", 225, 226)
        # One that waits for its data connection, and one upwards.
        port = ftp.epsv()
        ftp.do("RETR long", 150)
        ftp.do("ABOR", 425, 426)
        ftp.reply(226)
        data = ftp.start("STOR up")
        data.sendall(b"some")
        ftp.do("ABOR", 426)
        ftp.reply(226)
        data.close()
        ftp.put("STOR up", CONTENT)
        ftp.quit()
    ftp = Ftp()
    data = ftp.start("RETR long")
    data.recv(1000)
    ftp.send("QUIT")
    received = 1000
    while part := data.recv(1 << 20):
        received += len(part)
    assert received == 60_000_000 or received >= 60_000_000 - 1000, received
    ftp.reply(226)
    ftp.reply(221)
    assert ftp.is_ended()
    # A client that closes everything as soon as its file is sent.
    ftp = Ftp()
    data = ftp.start("STOR last")
    data.sendall(CONTENT)
    data.close()
    ftp.control.close()
    until(lambda: os.path.exists(path_of("last")) and read("last") == CONTENT, lambda: "the file is not whole")


def point_36_directories_up_home_and_with_quotes():
    os.makedirs(path_of('a "b"/c'))
    os.makedirs(path_of("~x"))
    ftp = Ftp()
    assert ftp.text("PWD", 257).startswith('"/" ')
    ftp.do('CWD a "b"', 250)
    assert ftp.text("PWD", 257).startswith('"/a ""b""" ')
    ftp.do("CWD c", 250)
    ftp.do("CDUP", 200, 250)
    assert ftp.text("XPWD", 257).startswith('"/a ""b""" ')
    for _ in range(5):
        ftp.do("CWD ..", 250)
        ftp.do("CDUP", 200, 250)
    assert ftp.text("PWD", 257).startswith('"/" ')
    for command in ("CWD ../../../../etc", "CWD /../etc", "CWD /../../tmp"):
        ftp.do(command, 550)
    ftp.do("CWD /a \"b\"/c", 250)
    ftp.do("CWD ~", 250)
    assert ftp.text("PWD", 257).startswith('"/" ')
    ftp.do('CWD ~/a "b"', 250)
    ftp.do("CWD ~/../..", 250)
    assert ftp.text("PWD", 257).startswith('"/" ')
    ftp.do("CWD /~x", 250)
    ftp.do("CWD /", 250)
    ftp.do("CWD ~x", 250)
    ftp.do("CWD /~none", 550)
    ftp.do("CWD ~none", 550)
    ftp.do("CWD /", 250)
    assert ftp.text('MKD x"y', 257).startswith('"/x""y"')
    ftp.do('XRMD x"y', 250)
    ftp.do("CWD none", 550)


def point_37_names_are_utf8_or_any_bytes():
    ftp = Ftp(login=False)
    ftp.do("OPTS UTF8 ON", 200)
    ftp.do("opts utf-8 on", 200)
    ftp.do("CLNT some client", 200)
    assert ftp.text("SYST", 215).startswith("UNIX Type: L8")
    features = ftp.do("FEAT", 211).lines
    assert b" UTF8" in features and all(line.startswith(b" ") for line in features[1:-1]), features
    ftp.log_in()
    names = ["ä ö ü".encode(), "漢字 🚀".encode(), "e\u0301".encode(), "\u00e9".encode(), b"latin-\xe4", b"bytes \xfe\xfd", b"\x80\x81", b"iac \xff\xff end"]
    for name in names:
        content = name * 3
        ftp.put(b"STOR " + name.replace(b"\xff", b"\xff\xff"), content)
    stored = [name for name in names]
    assert sorted(os.listdir(os.fsencode(HOME))) == sorted(stored), os.listdir(os.fsencode(HOME))
    listed_names = ftp.get("NLST").split(b"\r\n")[:-1]
    assert sorted(listed_names) == sorted(stored), listed_names
    for name in names:
        line = next(line for line in ftp.get("MLSD").split(b"\r\n") if line.endswith(b" " + name))
        assert b"type=file;" in line
        assert ftp.get(b"RETR " + name.replace(b"\xff", b"\xff\xff")) == name * 3
    # What a name holds cannot end a line of a reply or of a list.
    os.mkdir(path_of(b"line\r\n226 forged"))
    ftp.do(b"CWD line\r\x00\n226 forged")
    ftp.reply()
    assert len(ftp.get("NLST").split(b"\r\n")) - 1 == len(names) + 1
    ftp.do("NOOP", 200)
    assert ftp.is_silent()


globals()[sys.argv[1]]()
