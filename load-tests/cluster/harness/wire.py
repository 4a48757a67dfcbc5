"""Bytes of TCP connections as the kernel counts them (NETLINK_SOCK_DIAG), by the server's port.

Of a connection with the server's end on this machine it counts what the client has acknowledged and what it has sent. What a client does with
it, and when, does not matter: the client may be slow or stopped. It is a little more than the files' bytes: SSH and SFTP have their headers.
"""
import os
import socket
import struct
import threading
import time

SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, NLM_F_DUMP = 20, 1, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3
INET_DIAG_INFO = 2
# Of struct tcp_info.
BYTES_ACKED, BYTES_RECEIVED = 120, 128
# All but TIME_WAIT, CLOSE and LISTEN.
STATES = 0xFFF & ~((1 << 6) | (1 << 7) | (1 << 10))


def connections(families=(socket.AF_INET, socket.AF_INET6)):
    """(own port, peer's port, cookie, bytes acknowledged by the peer, bytes received) of every TCP connection."""
    found = []
    with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, 4) as link:
        for family in families:
            body = struct.pack("=BBBBI48x", family, socket.IPPROTO_TCP, 1 << (INET_DIAG_INFO - 1), 0, STATES)
            link.send(struct.pack("=IHHII", 16 + len(body), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, 1, 0) + body)
            done = False
            while not done:
                data = link.recv(1 << 18)
                at = 0
                while at + 16 <= len(data):
                    length, kind = struct.unpack_from("=IH", data, at)
                    if kind in (NLMSG_DONE, NLMSG_ERROR):
                        done = True
                        break
                    found.append(_connection(data[at + 16:at + length]))
                    at += (length + 3) & ~3
    return [one for one in found if one]


def _connection(message):
    own, peer = struct.unpack_from(">HH", message, 4)
    cookie = struct.unpack_from("=Q", message, 4 + 4 + 32 + 4)[0]
    at = 72
    while at + 4 <= len(message):
        length, kind = struct.unpack_from("=HH", message, at)
        if kind == INET_DIAG_INFO and length >= 4 + BYTES_RECEIVED + 8:
            return (own, peer, cookie, *struct.unpack_from("=QQ", message, at + 4 + BYTES_ACKED))
        if length < 4:
            break
        at += (length + 3) & ~3
    return None


class Totals:
    """Adds up what connections that come and go have moved."""

    def __init__(self, ports, field):
        """field 3: sent to clients, 4: received from them."""
        self._field, self._known, self.by_port = field, {}, dict.fromkeys(ports, 0)

    def update(self, now=None):
        for one in connections((socket.AF_INET,)) if now is None else now:
            if one[0] in self.by_port:
                before = self._known.get(one[:3], 0)
                self._known[one[:3]] = max(before, one[self._field])
                self.by_port[one[0]] += max(0, one[self._field] - before)
        return self.by_port


class Sampler:
    """Reads totals (name → bytes) at a steady pace, in a thread of its own."""

    def __init__(self, read, period=0.1):
        self._read, self._period, self._over = read, period, threading.Event()
        self.samples, self.failure = [], None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()
        if self.failure:
            raise self.failure

    def _run(self):
        try:
            due = time.monotonic()
            while not self._over.is_set():
                before = time.monotonic()
                totals = dict(self._read())
                self.samples.append(((before + time.monotonic()) / 2, totals))
                due = max(due + self._period, time.monotonic())
                self._over.wait(due - time.monotonic())
        except Exception as failure:  # the thread must not end in silence
            self.failure = failure

    def series(self, *names):
        """[(time, sum of these, or of all)]"""
        return [(when, sum(totals.values()) if not names else sum(totals.get(name, 0) for name in names)) for when, totals in self.samples]


def sizes_of(folders):
    """A reader for Sampler: bytes that were written into files of folders, which only grow."""
    def read():
        return {name: sum(_size(entry) for entry in _entries(folder)) for name, folder in folders.items()}
    return read


def _entries(folder):
    with os.scandir(folder) as entries:
        return list(entries)


def _size(entry):
    try:
        return entry.stat(follow_symlinks=False).st_size if entry.is_file(follow_symlinks=False) else 0
    except FileNotFoundError:
        return 0
