"""FTP as it is on the wire: commands and replies as bytes, data connections as sockets. Where the server is comes from the environment."""
import collections
import os
import re
import socket
import ssl
import struct
import time

USER = os.environ["FTP_USER"]
PASSWORD = os.environ["FTP_PASSWORD"]
HOME = os.environ["FTP_HOME"]
AUTHORITY = os.environ["FTP_AUTHORITY"]
TIMEOUT = 60

Reply = collections.namedtuple("Reply", "code lines")


def port_of(listener):
    return int(os.environ["FTP_PORT_" + listener.upper()])


def path_of(name):
    return os.path.join(os.fsencode(HOME), os.fsencode(name))


def write(name, data):
    with open(path_of(name), "wb") as file:
        file.write(data)


def read(name):
    with open(path_of(name), "rb") as file:
        return file.read()


def client_context(version=None, certificate=None):
    """A context of its own for each session: sessions of TLS are not shared unless a case wants it."""
    context = ssl.create_default_context(cafile=AUTHORITY)
    if version is not None:
        context.minimum_version = context.maximum_version = version
    if certificate is not None:
        context.load_cert_chain(*certificate)
    return context


def reset(sock):
    """Ends a connection by RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def until(condition, what, seconds=60):
    """Waits for what comes with time; `what` tells what did not."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what()
        time.sleep(0.05)


class Ftp:
    """A control connection."""

    def __init__(self, listener="optional", host="127.0.0.1", source=None, login=True, tls=None, header=b"", greeted=True):
        self.host, self.source, self.header = host, source, header
        self.context = tls or client_context()
        self.control = self.connect(port_of(listener))
        self.buffer = b""
        self.protected = False
        if header:
            self.control.sendall(header)
        if listener == "implicit":
            self.wrap_control()
            self.protected = True
        self.greeting = self.reply() if greeted else None
        if listener in ("control", "required") or (tls and listener != "implicit"):
            self.secure()
        if login:
            self.log_in()
            if listener == "required":
                self.protect()

    def connect(self, port):
        source = (self.source, 0) if self.source else None
        return socket.create_connection((self.host, port), TIMEOUT, source)

    # The control connection

    def wrap_control(self):
        self.control = self.context.wrap_socket(self.control, server_hostname="localhost", suppress_ragged_eofs=False)

    def secure(self):
        self.do("AUTH TLS", 234)
        self.wrap_control()

    def protect(self):
        self.do("PBSZ 0", 200)
        self.do("PROT P", 200)
        self.protected = True

    def log_in(self, user=USER, password=PASSWORD):
        self.do("USER " + user, 331)
        self.do("PASS " + password, 230)
        return self

    def send(self, command):
        self.control.sendall((command.encode() if isinstance(command, str) else command) + b"\r\n")

    def line(self):
        while b"\n" not in self.buffer:
            received = self.control.recv(65536)
            if not received:
                raise EOFError(self.buffer)
            self.buffer += received
        line, self.buffer = self.buffer.split(b"\n", 1)
        assert line.endswith(b"\r"), line
        return line[:-1]

    def reply(self, *codes):
        line = self.line()
        assert re.match(rb"\d\d\d[ -]", line), line
        code, lines = line[:3], [line[4:]]
        if line[3:4] == b"-":
            while not (line := self.line()).startswith(code + b" "):
                lines.append(line)
            lines.append(line[4:])
        answer = Reply(int(code), lines)
        assert not codes or answer.code in codes, (codes, answer)
        return answer

    def do(self, command, *codes):
        self.send(command)
        return self.reply(*codes)

    def text(self, command, *codes):
        return self.do(command, *codes).lines[0].decode()

    def is_ended(self):
        """True once the server has closed or reset the connection; what it says before is read over."""
        try:
            while self.control.recv(65536):
                pass
        except (ConnectionError, ssl.SSLError, OSError) as e:
            return not isinstance(e, TimeoutError)
        return True

    def is_silent(self, seconds=0.3):
        """True if the server says nothing more."""
        if self.buffer:
            return False
        self.control.settimeout(seconds)
        try:
            return self.control.recv(1) is None
        except TimeoutError:
            return True
        finally:
            self.control.settimeout(TIMEOUT)

    def quit(self):
        self.do("QUIT", 221)
        self.control.close()

    # Data connections

    def epsv(self):
        return int(re.search(r"\(\|\|\|(\d+)\|\)", self.text("EPSV", 229)).group(1))

    def pasv(self):
        numbers = [int(n) for n in re.search(r"\((\d+(?:,\d+){5})\)", self.text("PASV", 227)).group(1).split(",")]
        return ".".join(map(str, numbers[:4])), numbers[4] * 256 + numbers[5]

    def listen(self):
        """A socket for active mode, with the numbers for PORT."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        server = socket.socket(family)
        server.bind((self.host, 0))
        server.listen(1)
        server.settimeout(TIMEOUT)
        port = server.getsockname()[1]
        return server, port, f"{self.host.replace('.', ',')},{port >> 8},{port & 255}"

    def shake(self, data, context=None, session=None):
        """TLS on a data connection; it resumes the control connection's session."""
        context = context or self.context
        return context.wrap_socket(data, server_hostname="localhost", suppress_ragged_eofs=False,
                                   session=session or (self.control.session if context is self.context else None))

    def start(self, command, data=None, code=150):
        """The data connection of a transfer that has begun."""
        data = data or self.connect(self.epsv())
        self.do(command, code, 125)
        return self.shake(data) if self.protected else data

    def receive(self, data):
        parts = []
        while part := data.recv(1 << 16):
            parts.append(part)
        if isinstance(data, ssl.SSLSocket):
            # close_notify came (a ragged end would have been an error), and is answered.
            data = data.unwrap()
        data.close()
        return b"".join(parts)

    def give(self, data, content):
        data.sendall(content)
        if isinstance(data, ssl.SSLSocket):
            data = data.unwrap()
        data.close()

    def get(self, command):
        content = self.receive(self.start(command))
        self.reply(226)
        return content

    def put(self, command, content, code=226):
        self.give(self.start(command), content)
        return self.reply(code)

    def names(self, command):
        return [line.decode() for line in self.get(command).split(b"\r\n")[:-1]]

    def give_quietly(self, command, content):
        """An upload that the server may refuse or break off."""
        data = self.connect(self.epsv())
        code = self.do(command).code
        if code == 150:
            try:
                data.sendall(content)
            except ConnectionError:
                pass
            data.close()
            code = self.reply().code
        assert code in (226, 426, 451, 452, 552), (command, code)
        return code

    def tried(self, command):
        """What a listing shows, which may be refused."""
        data = None if command.startswith("STAT") else self.connect(self.epsv())
        answer = self.do(command)
        if answer.code != 150:
            return b"\n".join(answer.lines[1:-1])
        content = self.receive(data)
        self.reply(226, 450, 550)
        return content
