"""The servers by name, in the order of the tables."""
from .hpc import Hpc
from .openssh import OpenSsh
from .proftpd import ProFtpd
from .rclone import Rclone

SERVERS = {s.name: s for s in (Hpc, OpenSsh, Rclone, ProFtpd)}
