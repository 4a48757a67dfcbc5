"""ProFTPD with mod_sftp; as root it works on files as nobody, in a home that is its root."""
import glob
import os
import subprocess

from .base import PeerMissing, Server, find_tool, first_line

COMMON = """\
ModulePath {modules}
LoadModule {module}.c
ServerName bench
ServerType standalone
DefaultServer on
DefaultAddress 127.0.0.1
SocketBindTight on
Port {port}
PidFile {folder}/proftpd.pid
ScoreboardFile {folder}/scoreboard
SystemLog {folder}/system.log
TransferLog none
WtmpLog off
UseReverseDNS off
MaxInstances 2000
AuthOrder mod_auth_file.c
AuthUserFile {users}
RequireValidShell off
AllowOverwrite on
AllowStoreRestart on
TimeoutIdle 36000
<IfModule mod_delay.c>
  DelayEngine off
</IfModule>
<Limit ALL>
  AllowAll
</Limit>
"""
SFTP = """\
SFTPEngine on
SFTPLog none
SFTPHostKey {host_key}
SFTPAuthorizedUserKeys file:{authorized}
SFTPAuthMethods publickey
SFTPCompression off
"""
AS_ROOT = """\
User {name}
Group {group}
DefaultRoot ~
"""


class ProFtpd(Server):
    name = "proftpd"
    owner_name = "nobody"

    def version(self):
        tool = find_tool("proftpd")
        if not self.modules():
            raise PeerMissing("mod_sftp is not installed (proftpd-mod-crypto; --install)")
        return first_line(tool, "-v")

    @staticmethod
    def modules():
        found = glob.glob("/usr/lib/proftpd/mod_sftp.so") + glob.glob("/usr/lib/*/proftpd/mod_sftp.so")
        return os.path.dirname(found[0]) if found else None

    def prepare(self):
        users = os.path.join(self.folder, "users")
        with open(users, "w") as f:  # no password: "!" fits none
            f.write(f"{self.user}:!:{self.owner.uid}:{self.owner.gid}:bench:{self.home}:/bin/false\n")
        os.chmod(users, 0o600)
        authorized = os.path.join(self.folder, "authorized.rfc4716")  # the form that mod_sftp reads
        with open(authorized, "w") as f:
            subprocess.run(["ssh-keygen", "-e", "-f", self.scratch.client_key + ".pub"], check=True, stdout=f)
        text = COMMON.format(modules=self.modules(), module="mod_sftp", port=self.port, folder=self.folder, users=users)
        text += SFTP.format(host_key=self.scratch.host_key, authorized=authorized)
        if os.geteuid() == 0:
            text += AS_ROOT.format(name=self.owner.name, group=self.owner.group)
        self.config = os.path.join(self.folder, "proftpd.conf")
        with open(self.config, "w") as f:
            f.write(text)

    def command(self):
        return [find_tool("proftpd"), "-n", "-q", "-c", self.config]
