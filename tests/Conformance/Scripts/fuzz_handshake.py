"""Damaged bytes before there are keys: version lines, KEXINIT, key exchange messages."""
import socket
import struct

import session
from mutation import mutate, run

VERSIONS = [b"SSH-2.0-fuzz\r\n", b"SSH-2.0-fuzz\n", b"SSH-1.99-fuzz x y\r\n", b"hello\r\nSSH-2.0-fuzz\r\n",
            b"SSH-1.5-old\r\n", b"GET / HTTP/1.0\r\n\r\n", b"SSH-2.0-" + b"x" * 300 + b"\r\n", b"\x16\x03\x01\x02\x00", b""]


def name_list(*names):
    text = ",".join(names).encode()
    return struct.pack(">I", len(text)) + text


def kexinit():
    ciphers = name_list("aes128-gcm@openssh.com", "aes128-ctr")
    macs = name_list("hmac-sha2-256-etm@openssh.com")
    none = name_list("none", "zlib@openssh.com")
    return (b"\x14" + b"c" * 16 + name_list("curve25519-sha256", "ext-info-c", "kex-strict-c-v00@openssh.com")
            + name_list("ssh-ed25519", "rsa-sha2-512") + ciphers * 2 + macs * 2 + none * 2 + name_list() * 2 + b"\0" * 5)


def packet(payload):
    padding = 8 - (5 + len(payload)) % 8
    padding += 8 if padding < 4 else 0
    return struct.pack(">IB", 1 + len(payload) + padding, padding) + payload + b"\0" * padding


MESSAGES = [kexinit(), b"\x1e" + struct.pack(">I", 32) + b"k" * 32, b"\x15", b"\x02" + struct.pack(">I", 3) + b"abc",
            b"\x01" + struct.pack(">III", 11, 0, 0), b"\x05" + struct.pack(">I", 12) + b"ssh-userauth", b"\x03\0\0\0\1",
            b"\x32" + b"\0" * 12, b"\x5a" + b"\0" * 16, b"\x22" + struct.pack(">III", 1024, 2048, 8192)]


def attempt(rng):
    parts = [rng.choice(VERSIONS) if rng.random() < 0.3 else VERSIONS[0]]
    if rng.random() < 0.8:
        parts.append(packet(kexinit()))
    parts += [packet(mutate(rng, rng.choice(MESSAGES))) for _ in range(rng.randrange(4))]
    data = b"".join(parts)
    if rng.random() < 0.5:
        data = mutate(rng, data)
    try:
        with socket.create_connection((session.HOST, session.PORT), timeout=5) as connection:
            at = rng.randrange(len(data) + 1)
            connection.sendall(data[:at])
            connection.sendall(data[at:])
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
    except OSError:
        pass


run(attempt, 6)
