"""What clients expect of names and folders, one case per function; the case to run is the first argument."""
import os
import re
import sys
import time

import session
from rawsftp import *

HOME = os.environ["SFTP_HOME"]


def realpath_answers_every_form():
    sftp = RawSftp()
    sftp.ask(MKDIR, string("folder"), attrs())
    for asked, expected in (
        (".", "/"), ("", "/"), ("/", "/"), ("..", "/"), ("../..", "/"), ("/..", "/"), ("missing", "/missing"),
        ("folder", "/folder"), ("folder/", "/folder"), ("folder/.", "/folder"), ("folder/..", "/"),
        ("./folder//", "/folder"), ("/folder/../folder", "/folder"), ("//folder", "/folder"),
        ("folder/missing", "/folder/missing"),
    ):
        assert sftp.name(REALPATH, asked) == expected, (asked, sftp.name(REALPATH, asked))


def symlink_takes_its_arguments_in_openssh_order():
    sftp = RawSftp()
    sftp.put("target", b"here")
    sftp.ask(SYMLINK, string("target"), string("link"))
    assert sftp.name(READLINK, "link") == "target"
    assert os.readlink(os.path.join(HOME, "link")) == "target"
    assert sftp.stat("link", LSTAT)["mode"] & 0o170000 == 0o120000
    assert sftp.stat("link")["mode"] & 0o170000 == 0o100000
    assert sftp.get("link") == b"here"
    assert sftp.refused(READLINK, string("target")) in (FAILURE, NO_SUCH_FILE, BAD_MESSAGE)
    sftp.ask(REMOVE, string("link"))
    assert sftp.get("target") == b"here"


def long_names_read_like_ls():
    sftp = RawSftp()
    now = int(time.time())
    for name, when in (("recent", now - 3600), ("old", now - 400 * 86_400), ("é漢🚀 x", now)):
        sftp.put(name, b"12345")
        sftp.ask(SETSTAT, string(name), attrs(mode=0o640, times=(when, when)))
    sftp.ask(MKDIR, string("folder"), attrs(mode=0o755))
    sftp.ask(SYMLINK, string("old"), string("link"))
    form = re.compile(
        r"^([-dlbcps][-rwxsStT]{9})[.+@]?\s+(\d+|\?)\s+(\S+)\s+(\S+)\s+(\d+)\s+([A-Z][a-z]{2})\s+(\d{1,2})\s+(\d\d:\d\d|\d{4})\s(.+)$")
    lines = {name.decode(): form.match(longname) for name, longname, _ in sftp.list("/")[0]}
    assert all(lines.values()), sftp.list("/")[0]
    assert lines["recent"][1] == "-rw-r-----" and lines["recent"][5] == "5"
    assert ":" in lines["recent"][8] and ":" not in lines["old"][8]
    assert lines["old"][8] == time.strftime("%Y", time.localtime(now - 400 * 86_400))
    assert lines["folder"][1].startswith("drwx") and lines["link"][1].startswith("l")
    assert lines["é漢🚀 x"][9] == "é漢🚀 x"


def twenty_thousand_entries_are_listed_once_each():
    folder = os.path.join(HOME, "many")
    os.mkdir(folder)
    expected = {b".", b".."}
    for number in range(20_000):
        name = f"entry {number:05} with a name of some length é"
        os.close(os.open(os.path.join(folder, name), os.O_CREAT | os.O_WRONLY))
        expected.add(name.encode())
    sftp = RawSftp()
    entries, replies = sftp.list("many")
    names = [name for name, _, _ in entries]
    assert len(names) == len(set(names)) == len(expected) and set(names) == expected
    assert sftp.largest <= 256 * 1024 and replies > 1, (sftp.largest, replies)
    assert all("size" in attributes and "mode" in attributes for _, _, attributes in entries)


def an_empty_folder_lists_itself_and_its_parent():
    sftp = RawSftp()
    sftp.ask(MKDIR, string("empty"), attrs())
    assert sorted(name for name, _, _ in sftp.list("empty")[0]) == [b".", b".."]
    assert sorted(name for name, _, _ in sftp.list("/")[0])[:2] == [b".", b".."]


def composed_and_decomposed_names_are_two_files():
    sftp = RawSftp()
    sftp.put("\u00e9", b"composed")
    sftp.put("e\u0301", b"decomposed")
    assert sftp.get("\u00e9") == b"composed" and sftp.get("e\u0301") == b"decomposed"
    names = {name for name, _, _ in sftp.list(".")[0]}
    assert {"\u00e9".encode(), "e\u0301".encode()} <= names


def names_may_hold_anything_but_slash_and_nul():
    sftp = RawSftp()
    names = [" ", "  two", "trailing ", "a\nb", "a\tb", "\x01", "'", '"', "`", "$HOME", "~", "-rf", "*", "?", "[a]",
             "a;b", "a|b", "a&b", "(x)", "#", "%00", "…", "🚀" * 60, "x" * 255, "...", "a:b", "a\\b", "CON", "é" * 127]
    for name in names:
        sftp.put("/" + name, name.encode())
    listed = {name.decode() for name, _, _ in sftp.list("/")[0]}
    for name in names:
        assert name in listed, name
        assert sftp.get("/" + name) == name.encode(), name
        sftp.ask(REMOVE, string("/" + name))


def names_that_no_file_can_have_are_refused():
    sftp = RawSftp()
    for name in ("x" * 256, "x" * 5000, "a\0b"):
        code = sftp.refused(OPEN, string("/" + name), u32(F_WRITE | F_CREAT), attrs())
        assert code in (FAILURE, NO_SUCH_FILE, BAD_MESSAGE, PERMISSION_DENIED), (name[:10], code)
    assert sftp.stat("/")["mode"] & 0o170000 == 0o040000


def folders_are_made_and_removed_with_the_right_codes():
    sftp = RawSftp()
    sftp.ask(MKDIR, string("folder"), attrs(mode=0o700))
    assert sftp.stat("folder")["mode"] == 0o040700
    assert sftp.refused(MKDIR, string("folder"), attrs()) == FAILURE
    assert sftp.refused(MKDIR, string("missing/folder"), attrs()) == NO_SUCH_FILE
    sftp.put("folder/file", b"1")
    assert sftp.refused(RMDIR, string("folder")) == FAILURE
    assert sftp.refused(REMOVE, string("folder")) in (FAILURE, PERMISSION_DENIED)
    assert sftp.refused(RMDIR, string("folder/file")) in (FAILURE, NO_SUCH_FILE)
    sftp.ask(REMOVE, string("folder/file"))
    sftp.ask(RMDIR, string("folder"))
    assert sftp.refused(RMDIR, string("folder")) == NO_SUCH_FILE
    assert sftp.refused(OPENDIR, string("folder")) == NO_SUCH_FILE
    assert sftp.refused(REMOVE, string("missing")) == NO_SUCH_FILE


if __name__ == "__main__":
    globals()[sys.argv[1]]()
