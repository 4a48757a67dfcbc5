"""OpenSSH's sshd with its in-process SFTP server; key login as the account that runs the bench."""
import os
import pwd
import shutil

from .base import Server, find_tool, first_line

CONFIG = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {host_key}
AuthorizedKeysFile {authorized}
PidFile none
StrictModes no
UsePAM no
UseDNS no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
PrintMotd no
PrintLastLog no
X11Forwarding no
AllowAgentForwarding no
MaxStartups 5000:30:10000
LogLevel ERROR
Subsystem sftp internal-sftp -d {home}
"""


class OpenSsh(Server):
    name = "openssh"

    def version(self):
        find_tool("sshd")
        return first_line("ssh", "-V").partition(",")[0]

    def prepare(self):
        self.user = pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)  # sshd wants its privilege separation directory
        authorized = os.path.join(self.folder, "authorized_keys")
        shutil.copy(self.scratch.client_key + ".pub", authorized)
        self.config = os.path.join(self.folder, "sshd_config")
        with open(self.config, "w") as f:
            f.write(CONFIG.format(port=self.port, host_key=self.scratch.host_key, authorized=authorized, home=self.home))

    def command(self):
        return [find_tool("sshd"), "-D", "-e", "-f", self.config]
