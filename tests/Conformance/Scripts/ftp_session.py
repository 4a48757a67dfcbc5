"""Sessions by ftplib. Ports, files and certificates of the server come from the environment."""
import contextlib
import ftplib
import io
import os
import socket
import ssl

from accounts import HOMES, HOST, chief

PORTS = [int(port) for port in os.environ["FTP_PORTS"].split(",")]
AUTHORITY = os.environ["FTP_AUTHORITY"]
CERTIFICATES = os.path.dirname(AUTHORITY)
PASSWORD = "a user's password"

# The listeners of the shared server, in their order.
PLAIN, CONTROL, REQUIRED, IMPLICIT = range(4)


def context(certificate=None):
    made = ssl.create_default_context(cafile=AUTHORITY)
    if certificate:
        made.load_cert_chain(os.path.join(CERTIFICATES, certificate + ".pem"), os.path.join(CERTIFICATES, certificate + ".key"))
    return made


class Plain(ftplib.FTP):
    encoding = "utf-8"


class Tls(ftplib.FTP_TLS):
    """FTP_TLS that resumes the control connection's session on data connections, which ftplib does not."""
    encoding = "utf-8"
    resumes = True

    def ntransfercmd(self, cmd, rest=None):
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        if self._prot_p:
            connection = self.context.wrap_socket(connection, server_hostname=self.host, session=self.sock.session if self.resumes else None)
        return connection, size


class ImplicitTls(Tls):
    """TLS from the first byte on."""

    def connect(self, host, port, timeout=60, source_address=None):
        self.host, self.port, self.timeout = host, port, timeout
        plain = socket.create_connection((host, port), timeout, source_address)
        self.af = plain.family
        self.sock = self.context.wrap_socket(plain, server_hostname=host)
        self.file = self.sock.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()
        return self.welcome


@contextlib.contextmanager
def connected(listener=PLAIN, tls=None, certificate=None, timeout=60, source=None):
    """A control connection that is not logged in; with TLS if the listener wants it, or if that is asked for."""
    kind = ImplicitTls if listener == IMPLICIT else Tls if tls or (tls is None and listener != PLAIN) else Plain
    client = kind() if kind is Plain else kind(context=context(certificate))
    try:
        client.connect(HOST, PORTS[listener], timeout, (source, 0) if source else None)
        yield client
    finally:
        client.close()


@contextlib.contextmanager
def session(user, listener=PLAIN, tls=None, protect=True, password=PASSWORD, **more):
    """A session that is logged in."""
    with connected(listener, tls, **more) as client:
        client.login(user, password)
        if isinstance(client, Tls):
            client.sendcmd("PBSZ 0")
            client.prot_p() if protect else client.prot_c()
        yield client


def new_user(name, **fields):
    """A new user with a home, whose path is returned."""
    chief().add_user(name, PASSWORD, **fields)
    return os.path.join(HOMES, name)


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    return path


def read(path):
    with open(path, "rb") as file:
        return file.read()


def store(client, name, content, rest=None, command="STOR"):
    return client.storbinary(f"{command} {name}", io.BytesIO(content), rest=rest)


def fetch(client, name, rest=None):
    parts = []
    client.retrbinary(f"RETR {name}", parts.append, rest=rest)
    return b"".join(parts)


def lines_of(client, command):
    found = []
    client.retrlines(command, found.append)
    return found


def refused(action, code):
    """The reply, which has to have the code."""
    try:
        answer = action()
    except ftplib.Error as e:
        assert str(e).startswith(str(code)), f"{e}, not {code}"
        return str(e)
    raise SystemExit(f"it was not refused: {answer}")


def cut(client, action, code):
    """The reply to a transfer whose data connection the server has closed under the client; it has to have the code."""
    try:
        return refused(action, code)
    except OSError:
        return refused(client.voidresp, code)
