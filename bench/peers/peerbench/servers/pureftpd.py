"""Pure-FTPd with one virtual user of its own database."""
import os
import subprocess

from .base import find_tool, first_line
from .ftpd import FtpServer


class PureFtpd(FtpServer):
    name = "pure-ftpd"
    owner_name = "nobody"

    def version(self):
        find_tool("pure-pw")
        return first_line(find_tool("pure-ftpd"), "--help")

    def prepare(self):
        # The line is written here: pure-pw would choose a hash that costs seconds for each login.
        hashed = first_line("openssl", "passwd", "-6", self.scratch.password)
        users, self.database = os.path.join(self.folder, "users"), os.path.join(self.folder, "users.pdb")
        with open(users, "w") as f:
            f.write(f"{self.user}:{hashed}:{self.owner.uid}:{self.owner.gid}::{self.home}/./::::::::::::\n")
        subprocess.run([find_tool("pure-pw"), "mkdb", self.database, "-f", users], check=True)
        self.certificate = os.path.join(self.folder, "tls.pem")
        with open(self.certificate, "w") as f:
            for part in (self.scratch.certificate_key, self.scratch.certificate):
                with open(part) as source:
                    f.write(source.read())
        os.chmod(self.certificate, 0o600)

    def command(self):
        first, last = self.passive_ports()
        return [find_tool("pure-ftpd"), "-S", f"127.0.0.1,{self.port}", "-l", f"puredb:{self.database}", "-E", "-A", "-H", "-u", "1",
                "-c", "2000", "-C", "2000", "-I", "600", "-L", "200000:10", "-p", f"{first}:{last}", "-P", "127.0.0.1",
                "-Y", "1", "-2", self.certificate, "-g", os.path.join(self.folder, "pure-ftpd.pid")]
