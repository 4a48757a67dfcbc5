"""The temporary directory of a run: keys, source files, one home per server, the clients' side."""
import hashlib
import os
import pwd
import grp
import secrets
import shutil
import subprocess
import tempfile

MIB = 1 << 20


def digest_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        while block := f.read(MIB):
            digest.update(block)
    return digest.hexdigest()


class Scratch:
    def __init__(self, parent):
        self.root = tempfile.mkdtemp(prefix="hpc-peers-", dir=parent)
        os.chmod(self.root, 0o755)  # servers that give up root must get through to their homes
        self.client = self._folder("client")
        self.source = self._folder("source")
        self.keys = self._folder("keys")
        os.chmod(self.keys, 0o700)
        self.client_key = self.make_key("client")
        self.host_key = self.make_key("host")
        self.password = secrets.token_hex(16)
        self.certificate, self.certificate_key = self._make_certificate()

    def _folder(self, name):
        path = os.path.join(self.root, name)
        os.makedirs(path)
        return path

    def make_key(self, name):
        path = os.path.join(self.keys, name)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f", path], check=True)
        return path

    def _make_certificate(self):
        certificate, key = os.path.join(self.keys, "tls.crt"), os.path.join(self.keys, "tls.key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate],
                       check=True, stderr=subprocess.DEVNULL)
        return certificate, key

    def folder_for(self, peer):
        path = os.path.join(self.root, peer)
        os.makedirs(path, exist_ok=True)
        return path

    def empty_client(self):
        remove_content(self.client)

    def random_file(self, name, size):
        """A file in source/ whose blocks differ; returns its path."""
        path = os.path.join(self.source, name)
        block = os.urandom(MIB)
        with open(path, "wb") as f:
            written = 0
            while written < size:
                piece = (written.to_bytes(8, "big") + block[8:])[:size - written]
                f.write(piece)
                written += len(piece)
        return path

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)


def remove_content(folder):
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)


class Owner:
    """Who a server works as on files; as root it is handed everything that is put into its home."""

    def __init__(self, name=None):
        self.uid, self.gid = os.geteuid(), os.getegid()
        if name and self.uid == 0:
            entry = pwd.getpwnam(name)
            self.uid, self.gid = entry.pw_uid, entry.pw_gid
        self.name = pwd.getpwuid(self.uid).pw_name
        self.group = grp.getgrgid(self.gid).gr_name

    def take(self, *paths):
        if os.geteuid() == 0:
            for path in paths:
                os.chown(path, self.uid, self.gid)
