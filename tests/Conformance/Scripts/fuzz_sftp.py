"""Damaged SFTP packets of a logged-in user."""
import threading

import paramiko

import session
from mutation import mutate, run
from rawsftp import *

local = threading.local()
NAMES = ["file", "/", ".", "..", "/../x", "folder/inside", "a\0b", "x" * 300, "é", ""]
EXTENSIONS = ["statvfs@openssh.com", "posix-rename@openssh.com", "hardlink@openssh.com", "limits@openssh.com", "copy-data",
              "expand-path@openssh.com", "lsetstat@openssh.com", "fsync@openssh.com", "users-groups-by-id@openssh.com",
              "home-directory", "check-file-name", "check-file-handle", "space-available", "vendor-id", "nothing"]


def requests(rng, handles):
    name, other = string(rng.choice(NAMES)), string(rng.choice(NAMES))
    handle = string(rng.choice(handles))
    offset = u64(rng.choice((0, 1, 32768, 1 << 31, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)))
    change = attrs(size=rng.choice((0, 5, 1 << 20)), mode=rng.choice((0o644, 0o7777)), times=(0, 0xFFFFFFFF))
    yield OPEN, name + u32(rng.randrange(64)) + change
    yield OPEN, string("file") + u32(F_READ | F_WRITE | F_CREAT) + attrs()
    yield CLOSE, handle
    yield READ, handle + offset + u32(rng.choice((0, 1, 32768, 1 << 20, 0xFFFFFFFF)))
    yield WRITE, handle + u64(rng.randrange(1 << 20)) + string(rng.randbytes(rng.randrange(3000)))
    for kind in (LSTAT, STAT, REALPATH, READLINK, OPENDIR, REMOVE, RMDIR):
        yield kind, name
    yield SETSTAT, name + change
    yield FSETSTAT, handle + change
    yield FSTAT, handle
    yield READDIR, handle
    yield MKDIR, name + change
    yield RENAME, name + other
    yield SYMLINK, name + other
    yield EXTENDED, string(rng.choice(EXTENSIONS)) + rng.choice((name + other, handle, handle + offset + offset + handle + offset, b""))


def attempt(rng):
    try:
        if getattr(local, "client", None) is None or not local.client.get_transport().is_active():
            local.client = session.paramiko_client()
        sftp = RawSftp(local.client)
        _, body = sftp.ask(OPEN, string("file"), u32(F_READ | F_WRITE | F_CREAT), attrs())
        handles = [body.string(), b"\0\0\0\0", b"\0\0\0\1", b"nonsense"]
        for _ in range(100):
            kind, fields = rng.choice(list(requests(rng, handles)))
            payload = bytes([kind]) + u32(rng.randrange(1 << 32)) + fields
            if rng.random() < 0.3:
                payload = mutate(rng, payload)
            length = len(payload) if rng.random() < 0.99 else rng.choice((0, 1, 1 << 20, 0xFFFFFFFF))
            sftp.channel.settimeout(5)
            sftp.channel.sendall(u32(length) + payload)
        sftp.channel.shutdown_write()
        while sftp.channel.recv(1 << 20):
            pass
        sftp.channel.close()
    except (paramiko.SSHException, OSError, EOFError, AssertionError, Status):
        pass


run(attempt, 3)
