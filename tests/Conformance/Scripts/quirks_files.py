"""What clients expect of files, one case per function; the case to run is the first argument."""
import hashlib
import io
import os
import random
import sys

import session
from rawsftp import *

HOME = os.environ["SFTP_HOME"]


def every_queued_read_is_answered():
    """paramiko's prefetch asks for the whole file before it takes the first answer."""
    size = 200_000_000
    block = random.Random(1).randbytes(1_000_000)
    expected = hashlib.sha256()
    with open(os.path.join(HOME, "large"), "wb") as file:
        for _ in range(size // len(block)):
            file.write(block)
            expected.update(block)
    sftp = session.paramiko_client().open_sftp()
    received = hashlib.sha256()

    class Sink(io.RawIOBase):
        def write(self, data):
            received.update(data)
            return len(data)

    assert sftp.getfo("large", Sink(), prefetch=True) == size
    assert received.digest() == expected.digest()


def replies_of_one_handle_keep_the_order_of_the_requests():
    sftp = RawSftp()
    data = os.urandom(1 << 20)
    sftp.put("file", data)
    handle = sftp.open("file", F_READ)
    offsets = [random.randrange(0, len(data) - 4096) for _ in range(1000)]
    sent = [(sftp.send(READ, string(handle), u64(offset), u32(4096)), offset) for offset in offsets]
    for number, offset in sent:
        kind, answered, body = sftp.receive()
        assert (kind, answered) == (DATA, number), (kind, answered, number)
        assert body.string() == data[offset:offset + 4096]


def a_read_is_filled_up_to_the_announced_limit():
    sftp = RawSftp()
    _, limits = sftp.extended("limits@openssh.com")
    packet, read, write, _ = limits.u64(), limits.u64(), limits.u64(), limits.u64()
    assert packet >= 256 * 1024 and read >= 255 * 1024 and write >= 255 * 1024, (packet, read, write)
    data = os.urandom(1 << 20)
    handle = sftp.open("file", F_READ | F_WRITE | F_CREAT)
    for offset in range(0, len(data), write):
        sftp.write(handle, offset, data[offset:offset + write])
    for length in (1, 32768, 65536, 131072, read):
        assert sftp.read(handle, 7, length) == data[7:7 + length], length
    beyond = sftp.read(handle, 0, 1 << 20)
    assert len(beyond) >= min(read, 255 * 1024) and data.startswith(beyond), len(beyond)
    assert sftp.read(handle, len(data) - 10, 32768) == data[-10:]


def a_read_at_the_end_is_answered_eof():
    sftp = RawSftp()
    sftp.put("file", b"12345")
    sftp.put("empty", b"")
    handle = sftp.open("file", F_READ)
    for offset in (5, 6, 1 << 40):
        assert sftp.refused(READ, string(handle), u64(offset), u32(32768)) == EOF, offset
    empty = sftp.open("empty", F_READ)
    assert sftp.refused(READ, string(empty), u64(0), u32(1)) == EOF


def writes_in_any_order_make_the_file():
    sftp = RawSftp()
    data = os.urandom(4 << 20)
    handle = sftp.open("file", F_WRITE | F_CREAT | F_TRUNC)
    offsets = list(range(0, len(data), 16384))
    random.Random(2).shuffle(offsets)
    for offset in offsets:
        sftp.send(WRITE, string(handle), u64(offset), string(data[offset:offset + 16384]))
    for _ in offsets:
        kind, _, body = sftp.receive()
        assert kind == STATUS and body.u32() == OK
    sftp.close(handle)
    assert sftp.get("file") == data


def a_write_far_behind_the_end_leaves_a_hole_of_zeros():
    sftp = RawSftp()
    handle = sftp.open("file", F_READ | F_WRITE | F_CREAT)
    sftp.write(handle, 100_000, b"end")
    assert sftp.stat("file")["size"] == 100_003
    assert sftp.read(handle, 99_990, 20) == b"\0" * 10 + b"end"


def stat_from_another_connection_sees_an_upload_grow():
    writer, watcher = RawSftp(), RawSftp()
    handle = writer.open("file", F_WRITE | F_CREAT | F_TRUNC)
    for count in (1, 2, 3):
        writer.write(handle, (count - 1) * 32768, os.urandom(32768))
        assert watcher.stat("file")["size"] == count * 32768
    writer.close(handle)
    assert watcher.stat("file")["size"] == 3 * 32768


def after_close_another_connection_may_stat_set_and_rename():
    writer, other = RawSftp(), RawSftp()
    for number in range(50):
        writer.put(f"file{number}", b"x" * number)
        assert other.stat(f"file{number}")["size"] == number
        other.ask(SETSTAT, string(f"file{number}"), attrs(times=(1_000_000, 1_000_000)))
        other.ask(RENAME, string(f"file{number}"), string(f"done{number}"))
        assert other.stat(f"done{number}")["times"][1] == 1_000_000


def each_attribute_is_set_alone():
    sftp = RawSftp()
    sftp.put("file", b"0123456789")
    handle = sftp.open("file", F_READ | F_WRITE)
    sftp.ask(SETSTAT, string("file"), attrs(times=(1_100_000_000, 1_200_000_000)))
    before = sftp.stat("file")
    assert before["times"] == (1_100_000_000, 1_200_000_000), before
    sftp.ask(SETSTAT, string("file"), attrs(mode=0o640))
    assert sftp.stat("file") == before | {"mode": 0o100640}
    sftp.ask(SETSTAT, string("file"), attrs(owner=before["owner"]))
    assert sftp.stat("file")["owner"] == before["owner"]
    sftp.ask(SETSTAT, string("file"), attrs(size=4))
    assert sftp.stat("file")["size"] == 4
    sftp.ask(SETSTAT, string("file"), attrs(size=100))
    assert sftp.stat("file")["size"] == 100
    sftp.ask(FSETSTAT, string(handle), attrs(times=(1_300_000_000, 1_300_000_001)))
    sftp.ask(FSETSTAT, string(handle), attrs(mode=0o600))
    after = sftp.stat("file")
    assert after["times"] == (1_300_000_000, 1_300_000_001) and after["mode"] == 0o100600, after
    sftp.ask(FSETSTAT, string(handle), attrs(size=3))
    assert sftp.read(handle, 0, 100) == b"012"
    sftp.ask(SETSTAT, string("file"), attrs())


def rename_does_not_overwrite_and_posix_rename_does():
    sftp = RawSftp()
    sftp.put("old", b"old")
    sftp.put("target", b"target")
    assert sftp.refused(RENAME, string("old"), string("target")) == FAILURE
    assert sftp.get("target") == b"target" and sftp.get("old") == b"old"
    sftp.extended("posix-rename@openssh.com", string("old"), string("target"))
    assert sftp.get("target") == b"old"
    assert sftp.refused(STAT, string("old")) == NO_SUCH_FILE
    assert sftp.refused(RENAME, string("missing"), string("else")) == NO_SUCH_FILE
    sftp.ask(MKDIR, string("folder"), attrs())
    sftp.put("folder/inside", b"1")
    sftp.ask(RENAME, string("folder"), string("moved"))
    assert sftp.get("moved/inside") == b"1"


def open_flags_mean_what_the_draft_says():
    sftp = RawSftp()
    assert sftp.refused(OPEN, string("missing"), u32(F_READ), attrs()) == NO_SUCH_FILE
    assert sftp.refused(OPEN, string("missing"), u32(F_WRITE), attrs()) == NO_SUCH_FILE
    sftp.put("file", b"12345")
    assert sftp.refused(OPEN, string("file"), u32(F_WRITE | F_CREAT | F_EXCL), attrs()) == FAILURE
    assert sftp.get("file") == b"12345"
    sftp.close(sftp.open("file", F_WRITE | F_CREAT))
    assert sftp.get("file") == b"12345"
    handle = sftp.open("file", F_WRITE | F_APPEND)
    sftp.write(handle, 0, b"67")
    sftp.write(handle, 1_000_000, b"89")
    sftp.close(handle)
    assert sftp.get("file") == b"123456789"
    sftp.close(sftp.open("file", F_WRITE | F_CREAT | F_TRUNC))
    assert sftp.get("file") == b""
    sftp.close(sftp.open("new", F_WRITE | F_CREAT | F_EXCL, attrs(mode=0o600)))
    assert sftp.stat("new")["mode"] == 0o100600


def one_file_may_be_open_many_times():
    sftp = RawSftp()
    data = os.urandom(100_000)
    sftp.put("file", data)
    handles = [sftp.open("file", F_READ) for _ in range(64)]
    assert len(set(handles)) == 64
    for index, handle in enumerate(handles):
        assert sftp.read(handle, index, 1000) == data[index:index + 1000]
    for handle in handles:
        sftp.close(handle)


def handles_that_are_not_open_are_refused():
    sftp = RawSftp()
    sftp.put("file", b"1")
    handle = sftp.open("file", F_READ)
    sftp.close(handle)
    for wrong in (handle, b"", b"nonsense", b"\xff" * 8, b"x" * 256):
        assert sftp.refused(READ, string(wrong), u64(0), u32(1)) in (FAILURE, BAD_MESSAGE, NO_SUCH_FILE), wrong
    assert sftp.refused(CLOSE, string(handle)) in (FAILURE, BAD_MESSAGE, NO_SUCH_FILE)
    assert sftp.get("file") == b"1"


def unknown_requests_and_extensions_are_unsupported():
    sftp = RawSftp()
    assert sftp.refused(99, b"") == OP_UNSUPPORTED
    assert sftp.refused(EXTENDED, string("nothing@example.org")) == OP_UNSUPPORTED
    sftp.put("file", b"1")


def an_upload_under_a_part_name_is_renamed_and_dated():
    """What WinSCP does for resumable uploads."""
    sftp = RawSftp()
    data = os.urandom(100_000)
    sftp.put("file.bin.filepart", data)
    sftp.ask(RENAME, string("file.bin.filepart"), string("file.bin"))
    sftp.ask(SETSTAT, string("file.bin"), attrs(times=(1_600_000_000, 1_600_000_000)))
    found = sftp.stat("file.bin")
    assert found["size"] == len(data) and found["times"][1] == 1_600_000_000
    assert [name for name, _, _ in sftp.list(".")[0] if name.endswith(b".filepart")] == []


def times_outside_1970_to_2038_do_not_break_anything():
    sftp = RawSftp()
    sftp.put("future", b"1")
    sftp.ask(SETSTAT, string("future"), attrs(times=(0xFFFFFFF0, 0xFFFFFFF1)))
    assert sftp.stat("future")["times"] == (0xFFFFFFF0, 0xFFFFFFF1)
    assert int(os.stat(os.path.join(HOME, "future")).st_mtime) == 0xFFFFFFF1
    sftp.ask(SETSTAT, string("future"), attrs(times=(0, 0)))
    assert sftp.stat("future")["times"] == (0, 0)
    sftp.put("past", b"1")
    os.utime(os.path.join(HOME, "past"), (-86_400 * 400, -86_400 * 400))
    assert "times" in sftp.stat("past")
    assert len([1 for name, _, _ in sftp.list(".")[0] if name in (b"past", b"future")]) == 2


def extensions_do_what_openssh_says():
    sftp = RawSftp()
    sftp.put("file", b"0123456789")
    _, answer = sftp.extended("statvfs@openssh.com", string("/"))
    values = [answer.u64() for _ in range(11)]
    assert values[0] > 0 and values[2] >= values[3] >= values[4] and values[10] >= 255, values
    handle = sftp.open("file", F_READ | F_WRITE)
    _, answer = sftp.extended("fstatvfs@openssh.com", string(handle))
    assert answer.u64() > 0
    sftp.extended("fsync@openssh.com", string(handle))
    sftp.extended("hardlink@openssh.com", string("file"), string("linked"))
    assert sftp.get("linked") == b"0123456789"
    assert os.stat(os.path.join(HOME, "linked")).st_nlink == 2
    copy = sftp.open("copy", F_WRITE | F_CREAT)
    sftp.extended("copy-data", string(handle), u64(2), u64(5), string(copy), u64(1))
    sftp.close(copy)
    assert sftp.get("copy") == b"\x0023456", sftp.get("copy")
    rest = sftp.open("rest", F_WRITE | F_CREAT)
    sftp.extended("copy-data", string(handle), u64(0), u64(0), string(rest), u64(0))
    sftp.close(rest)
    assert sftp.get("rest") == b"0123456789"
    kind, answer = sftp.extended("expand-path@openssh.com", string("file"))
    assert kind == NAME and answer.u32() == 1 and answer.string() == b"/file"
    sftp.ask(SYMLINK, string("file"), string("link"))
    sftp.extended("lsetstat@openssh.com", string("link"), attrs(times=(1_000, 2_000)))
    assert sftp.stat("link", LSTAT)["times"][1] == 2_000 and sftp.stat("file")["times"][1] != 2_000


def every_promised_extension_is_announced():
    found = RawSftp().extensions
    wanted = {
        "posix-rename@openssh.com": b"1", "statvfs@openssh.com": b"2", "fstatvfs@openssh.com": b"2",
        "hardlink@openssh.com": b"1", "fsync@openssh.com": b"1", "lsetstat@openssh.com": b"1",
        "limits@openssh.com": b"1", "expand-path@openssh.com": b"1", "copy-data": b"1",
    }
    if os.environ.get("HPC_CONFORMANCE_TARGET") != "openssh":
        wanted |= {"home-directory": b"1", "users-groups-by-id@openssh.com": b"1"}
        for name in ("check-file-name", "check-file-handle", "space-available", "vendor-id"):
            assert name in found or name == "check-file-handle" and "check-file" in found, (name, found)
    for name, version in wanted.items():
        assert found.get(name) == version, (name, found)


def a_full_disk_is_told_and_ends_no_session():
    """The folder "small" is a file system of one MiB."""
    sftp = RawSftp()
    handle = sftp.open("small/file", F_WRITE | F_CREAT)
    codes = []
    for number in range(64):
        try:
            sftp.write(handle, number * 32768, os.urandom(32768))
        except Status as status:
            codes.append(status.code)
            assert status.text and HOME not in status.text, status.text
            break
    assert codes == [FAILURE], codes
    sftp.ask(REMOVE, string("small/file"))
    try:
        sftp.close(handle)
    except Status as status:
        assert status.code == FAILURE, status
    sftp.put("file", b"1")
    assert sftp.get("file") == b"1"


if __name__ == "__main__":
    globals()[sys.argv[1]]()
