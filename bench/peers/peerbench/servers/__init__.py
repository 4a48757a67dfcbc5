"""The servers by name, in the order of the tables."""
from .hpc import Hpc
from .openssh import OpenSsh
from .proftpd import ProFtpd
from .proftpd_ftp import ProFtpdFtp
from .pureftpd import PureFtpd
from .rclone import Rclone
from .vsftpd import VsFtpd

SERVERS = {s.name: s for s in (Hpc, OpenSsh, Rclone, ProFtpd, VsFtpd, ProFtpdFtp, PureFtpd)}
