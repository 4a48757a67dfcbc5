"""Damaged messages inside the encrypted connection, before and after login."""
import logging
import socket
import struct

import paramiko

import session
from mutation import mutate, run

logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)
KEY = paramiko.Ed25519Key.from_private_key_file(session.KEY)


def text(value):
    value = value.encode()
    return struct.pack(">I", len(value)) + value


def number(*values):
    return struct.pack(f">{len(values)}I", *values)


TEMPLATES = [
    b"\x05" + text("ssh-userauth"), b"\x05" + text("ssh-connection"),
    b"\x32" + text(session.USER) + text("ssh-connection") + text("none"),
    b"\x32" + text(session.USER) + text("ssh-connection") + text("password") + b"\0" + text("wrong"),
    b"\x32" + text(session.USER) + text("ssh-connection") + text("publickey") + b"\0" + text("ssh-ed25519") + text("x" * 51),
    b"\x32" + text(session.USER) + text("ssh-connection") + text("keyboard-interactive") + text("") + text(""),
    b"\x3d" + number(1) + text("answer"),
    b"\x50" + text("keepalive@openssh.com") + b"\1", b"\x50" + text("tcpip-forward") + b"\1" + text("") + number(0),
    b"\x5a" + text("session") + number(0, 1 << 20, 32768), b"\x5a" + text("direct-tcpip") + number(1, 1, 1) + text("h") + number(1) + text("h") + number(1),
    b"\x5d" + number(0, 1 << 20), b"\x5d" + number(0, 0xFFFFFFFF), b"\x5e" + number(0) + text("data"),
    b"\x5f" + number(0, 1) + text("error"), b"\x60" + number(0), b"\x61" + number(0),
    b"\x62" + number(0) + text("subsystem") + b"\1" + text("sftp"), b"\x62" + number(0) + text("exec") + b"\1" + text("md5sum 'x"),
    b"\x62" + number(0) + text("pty-req") + b"\1" + text("xterm") + number(80, 24, 0, 0) + text("\0"),
    b"\x62" + number(0) + text("env") + b"\0" + text("A") + text("B"), b"\x62" + number(0) + text("shell") + b"\1",
    b"\x01" + number(11) + text("bye") + text(""), b"\x02" + text("ignored"), b"\x03" + number(1), b"\x04\1" + text("m") + text(""),
    b"\x14" + b"c" * 16 + number(*([0] * 10)) + b"\0" * 5, b"\x15", b"\x1e" + text("k" * 32), b"\x07" + number(0), b"\xc0" + text("ping"),
]


def attempt(rng):
    transport = None
    try:
        connection = socket.create_connection((session.HOST, session.PORT), timeout=10)
        transport = paramiko.Transport(connection)
        transport.start_client(timeout=10)
        if rng.random() < 0.6:
            transport.auth_publickey(session.USER, KEY)
        for _ in range(rng.randrange(1, 40)):
            message = paramiko.Message(mutate(rng, rng.choice(TEMPLATES)))
            transport.packetizer.send_message(message)
    except (paramiko.SSHException, OSError, EOFError, IndexError):
        pass
    finally:
        if transport is not None:
            transport.close()


run(attempt, 3)
