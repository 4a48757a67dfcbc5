"""vsftpd. Its only logins without a PAM service are anonymous, and those may not log in where they can write: the home is seen one below."""
import os
import pwd

from .base import find_tool, first_line
from .ftpd import FtpServer

CONFIG = """\
listen=YES
listen_address=127.0.0.1
listen_port={port}
background=NO
max_clients=2000
local_enable=NO
anonymous_enable=YES
no_anon_password=YES
anon_root={root}
ftp_username={account}
nopriv_user={account}
secure_chroot_dir={empty}
write_enable=YES
anon_upload_enable=YES
anon_mkdir_write_enable=YES
anon_other_write_enable=YES
anon_world_readable_only=NO
anon_umask=022
pasv_enable=YES
pasv_min_port={first}
pasv_max_port={last}
idle_session_timeout=36000
xferlog_enable=NO
seccomp_sandbox=NO
ssl_enable=YES
allow_anon_ssl=YES
force_local_data_ssl=NO
force_local_logins_ssl=NO
require_ssl_reuse=NO
ssl_ciphers=HIGH
rsa_cert_file={certificate}
rsa_private_key_file={key}
"""


def account_with_home():
    """vsftpd also enters the home of the account that it becomes, so that must be there."""
    for name in ("ftp", "daemon"):
        try:
            if os.path.isdir(pwd.getpwnam(name).pw_dir):
                return name
        except KeyError:
            pass
    return "nobody"


class VsFtpd(FtpServer):
    name = "vsftpd"
    base = "/home"
    owner_name = account_with_home()

    def __init__(self, scratch, accounts):
        super().__init__(scratch, accounts)
        self.user = "anonymous"

    def version(self):
        return first_line("sh", "-c", f"{find_tool('vsftpd')} -v 0>&1")

    def prepare(self):
        empty = os.path.join(self.folder, "empty")
        os.makedirs(empty, exist_ok=True)
        first, last = self.passive_ports()
        text = CONFIG.format(port=self.port, root=self.folder, account=self.owner.name, empty=empty, first=first, last=last,
                             certificate=self.scratch.certificate, key=self.scratch.certificate_key)
        if os.geteuid() != 0:
            text += "run_as_launching_user=YES\n"
        self.config = os.path.join(self.folder, "vsftpd.conf")
        with open(self.config, "w") as f:
            f.write(text)

    def command(self):
        return [find_tool("vsftpd"), self.config]
