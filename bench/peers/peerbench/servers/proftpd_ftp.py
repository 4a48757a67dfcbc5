"""ProFTPD as an FTP server, plain and with explicit TLS; as root it works on files as nobody, in a home that is its root."""
import os

from .base import PeerMissing, find_tool, first_line
from .ftpd import FtpServer
from .proftpd import AS_ROOT, COMMON, ProFtpd

TLS = """\
PassivePorts {first} {last}
TLSEngine on
TLSRequired off
TLSLog none
TLSRSACertificateFile {certificate}
TLSRSACertificateKeyFile {key}
TLSOptions NoSessionReuseRequired
TLSRenegotiate none
"""


class ProFtpdFtp(FtpServer):
    name = "proftpd-ftp"
    owner_name = "nobody"

    def version(self):
        tool = find_tool("proftpd")
        if not ProFtpd.modules():
            raise PeerMissing("mod_tls is not installed (proftpd-mod-crypto; --install)")
        return first_line(tool, "-v")

    def prepare(self):
        users = os.path.join(self.folder, "users")
        with open(users, "w") as f:
            hashed = first_line("openssl", "passwd", "-6", self.scratch.password)
            f.write(f"{self.user}:{hashed}:{self.owner.uid}:{self.owner.gid}:bench:{self.home}:/bin/false\n")
        os.chmod(users, 0o600)
        first, last = self.passive_ports()
        text = COMMON.format(modules=ProFtpd.modules(), module="mod_tls", port=self.port, folder=self.folder, users=users)
        text += TLS.format(first=first, last=last, certificate=self.scratch.certificate, key=self.scratch.certificate_key)
        if os.geteuid() == 0:
            text += AS_ROOT.format(name=self.owner.name, group=self.owner.group)
        self.config = os.path.join(self.folder, "proftpd.conf")
        with open(self.config, "w") as f:
            f.write(text)

    def command(self):
        return [find_tool("proftpd"), "-n", "-q", "-c", self.config]
