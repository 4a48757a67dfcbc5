"""SFTP version 3 packets as they are, so that a script sees every reply."""
import struct

import session

INIT, VERSION, OPEN, CLOSE, READ, WRITE, LSTAT, FSTAT, SETSTAT, FSETSTAT = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
OPENDIR, READDIR, REMOVE, MKDIR, RMDIR, REALPATH, STAT, RENAME, READLINK, SYMLINK = 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
STATUS, HANDLE, DATA, NAME, ATTRS, EXTENDED, EXTENDED_REPLY = 101, 102, 103, 104, 105, 200, 201
OK, EOF, NO_SUCH_FILE, PERMISSION_DENIED, FAILURE, BAD_MESSAGE, OP_UNSUPPORTED = 0, 1, 2, 3, 4, 5, 8
F_READ, F_WRITE, F_APPEND, F_CREAT, F_TRUNC, F_EXCL = 1, 2, 4, 8, 16, 32
A_SIZE, A_UIDGID, A_PERMISSIONS, A_TIMES = 1, 2, 4, 8


def u32(value):
    return struct.pack(">I", value)


def u64(value):
    return struct.pack(">Q", value)


def string(value):
    value = value.encode() if isinstance(value, str) else value
    return u32(len(value)) + value


def attrs(size=None, owner=None, mode=None, times=None):
    flags, body = 0, b""
    if size is not None:
        flags, body = flags | A_SIZE, body + u64(size)
    if owner is not None:
        flags, body = flags | A_UIDGID, body + u32(owner[0]) + u32(owner[1])
    if mode is not None:
        flags, body = flags | A_PERMISSIONS, body + u32(mode)
    if times is not None:
        flags, body = flags | A_TIMES, body + u32(times[0]) + u32(times[1])
    return u32(flags) + body


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        assert self.at + count <= len(self.data), "reply is shorter than it says"
        self.at += count
        return self.data[self.at - count:self.at]

    def u32(self):
        return struct.unpack(">I", self.take(4))[0]

    def u64(self):
        return struct.unpack(">Q", self.take(8))[0]

    def string(self):
        return self.take(self.u32())

    def attrs(self):
        flags, found = self.u32(), {}
        if flags & A_SIZE:
            found["size"] = self.u64()
        if flags & A_UIDGID:
            found["owner"] = (self.u32(), self.u32())
        if flags & A_PERMISSIONS:
            found["mode"] = self.u32()
        if flags & A_TIMES:
            found["times"] = (self.u32(), self.u32())
        return found


class Status(Exception):
    def __init__(self, code, text):
        super().__init__(f"status {code}: {text}")
        self.code, self.text = code, text


class RawSftp:
    """One SFTP channel; `send` queues a request, `receive` takes the next reply, `ask` does both."""

    def __init__(self, client=None):
        self.client = client or session.paramiko_client()
        self.channel = self.client.get_transport().open_session()
        self.channel.invoke_subsystem("sftp")
        self.channel.settimeout(60)
        self.next_id = 0
        self.largest = 0
        self._send(INIT, u32(3))
        kind, body = self._packet()
        assert kind == VERSION, kind
        self.version = body.u32()
        self.extensions = {}
        while body.at < len(body.data):
            name = body.string().decode()
            self.extensions[name] = body.string()

    def _send(self, kind, body):
        self.channel.sendall(u32(len(body) + 1) + bytes([kind]) + body)

    def _exactly(self, count):
        parts = []
        while count:
            part = self.channel.recv(min(count, 1 << 20))
            assert part, "the channel ended inside a packet"
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def _packet(self):
        length = struct.unpack(">I", self._exactly(4))[0]
        self.largest = max(self.largest, length)
        data = self._exactly(length)
        return data[0], Reader(data[1:])

    def send(self, kind, *fields):
        self.next_id += 1
        self._send(kind, u32(self.next_id) + b"".join(fields))
        return self.next_id

    def receive(self):
        kind, body = self._packet()
        return kind, body.u32(), body

    def ask(self, kind, *fields):
        """Returns (kind, body); a status that is not OK is raised."""
        wanted = self.send(kind, *fields)
        answer, number, body = self.receive()
        assert number == wanted, (number, wanted)
        if answer == STATUS:
            code = body.u32()
            text = body.string().decode()
            if code != OK:
                raise Status(code, text)
        return answer, body

    def refused(self, kind, *fields):
        """The status code of a request that must fail."""
        try:
            self.ask(kind, *fields)
        except Status as status:
            return status.code
        raise AssertionError("the request was granted")

    def open(self, path, flags, attributes=None):
        kind, body = self.ask(OPEN, string(path), u32(flags), attributes or attrs())
        assert kind == HANDLE, kind
        return body.string()

    def close(self, handle):
        self.ask(CLOSE, string(handle))

    def read(self, handle, offset, length):
        kind, body = self.ask(READ, string(handle), u64(offset), u32(length))
        assert kind == DATA, kind
        return body.string()

    def write(self, handle, offset, data):
        self.ask(WRITE, string(handle), u64(offset), string(data))

    def stat(self, path, kind=STAT):
        answer, body = self.ask(kind, string(path))
        assert answer == ATTRS, answer
        return body.attrs()

    def name(self, kind, path):
        answer, body = self.ask(kind, string(path))
        assert answer == NAME and body.u32() == 1, answer
        return body.string().decode()

    def extended(self, name, *fields):
        return self.ask(EXTENDED, string(name), *fields)

    def put(self, path, data):
        handle = self.open(path, F_WRITE | F_CREAT | F_TRUNC)
        for offset in range(0, len(data), 32768):
            self.write(handle, offset, data[offset:offset + 32768])
        self.close(handle)

    def get(self, path):
        handle = self.open(path, F_READ)
        data = bytearray()
        while True:
            try:
                data += self.read(handle, len(data), 32768)
            except Status as status:
                assert status.code == EOF, status
                break
        self.close(handle)
        return bytes(data)

    def list(self, path):
        """(name, longname, attributes) of every entry, and the number of replies."""
        _, body = self.ask(OPENDIR, string(path))
        handle, found, replies = body.string(), [], 0
        while True:
            try:
                kind, body = self.ask(READDIR, string(handle))
            except Status as status:
                assert status.code == EOF, status
                break
            assert kind == NAME
            replies += 1
            for _ in range(body.u32()):
                found.append((body.string(), body.string().decode(), body.attrs()))
        self.close(handle)
        return found, replies
