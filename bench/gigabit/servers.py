"""The servers that can stand behind the link. Both listen on the address of the veth pair alone."""
import os
import shutil
import subprocess
import time

import host
import link

PORT = 2022
# Bounds that many connections from one address would meet; everything else is as delivered.
SETTINGS = ("ssh.limits.max_per_host=0", "ssh.limits.max_startups_per_host=0", "sessions.max_per_user=0")


def listening(net_tcp, port):
    """True if /proc/PID/net/tcp has a listener (state 0A) on the port."""
    for line in net_tcp.splitlines()[1:]:
        fields = line.split()
        if len(fields) > 3 and fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
            return True
    return False


class Server:
    def __init__(self, process, home, log):
        self.process, self.home, self.log = process, home, log

    def wait(self, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}; see its log:\n" + open(self.log).read()[-2000:])
            with open(f"/proc/{self.process.pid}/net/tcp") as f:
                if listening(f.read(), PORT):
                    return
            time.sleep(0.05)
        raise RuntimeError("the server does not listen")

    def counters(self):
        """(received, sent) bytes of the server's end of the link."""
        with open(f"/proc/{self.process.pid}/net/dev") as f:
            return link.parse_counters(f.read(), link.SERVER_DEV)


class Hpc(Server):
    user = "gigabit"

    def __init__(self, exe, work, key, group):
        home, data, log = (os.path.join(work, n) for n in ("home", "data", "hpc.log"))
        os.makedirs(home)
        subprocess.run([exe, "user", "add", self.user, "--home", home, "--public-key", key + ".pub", "--data-dir", data], check=True, stdout=subprocess.DEVNULL)
        output = open(log, "w")
        argv = [exe, "serve", "--data-dir", data, "--listen", f"{link.SERVER_IP}:{PORT}", "--admin-listen", "", "--grace-time", "1"]
        argv += [word for setting in SETTINGS for word in ("--set", setting)]
        super().__init__(host.spawn(argv, link.SERVER_NS, group, stdout=output, stderr=output), home, log)

    def path(self, name):
        return "/" + name


class OpenSsh(Server):
    user = "root"

    def __init__(self, work, key, group):
        home, log, config = (os.path.join(work, n) for n in ("home", "sshd.log", "sshd_config"))
        os.makedirs(home)
        host_key, authorized = os.path.join(work, "host_key"), os.path.join(work, "authorized_keys")
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", host_key], check=True)
        shutil.copy(key + ".pub", authorized)
        with open(config, "w") as f:
            f.write(f"Port {PORT}\nListenAddress {link.SERVER_IP}\nHostKey {host_key}\nAuthorizedKeysFile {authorized}\nStrictModes no\n"
                    "PermitRootLogin prohibit-password\nPasswordAuthentication no\nUsePAM no\nPidFile none\nSubsystem sftp internal-sftp\nLogLevel ERROR\nMaxStartups 100\n")
        os.makedirs("/run/sshd", exist_ok=True)
        output = open(log, "w")
        argv = [shutil.which("sshd") or "/usr/sbin/sshd", "-D", "-e", "-f", config]
        super().__init__(host.spawn(argv, link.SERVER_NS, group, stdout=output, stderr=output), home, log)

    def path(self, name):
        return os.path.join(self.home, name)


def version(name, exe):
    if name == "openssh":
        return subprocess.run(["ssh", "-V"], stderr=subprocess.PIPE, text=True).stderr.strip()
    return subprocess.run([exe, "version"], stdout=subprocess.PIPE, text=True).stdout.strip().splitlines()[0]
