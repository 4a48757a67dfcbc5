"""What the FTP daemons have in common."""
from .base import Server


class FtpServer(Server):
    protocols = ("ftp",)

    @property
    def ftp_port(self):
        return self.port

    def passive_ports(self):
        """A range of its own for each run; two servers may meet in it, then one takes the next port."""
        first = 20000 + self.port % 20000
        return first, first + 199
