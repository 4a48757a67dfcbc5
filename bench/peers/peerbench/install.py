"""Installs the peers from Debian's packages without letting their daemons start."""
import contextlib
import glob
import os
import subprocess
import tempfile

from .servers import base

PACKAGES = ["openssh-server", "openssh-client", "rclone", "proftpd-core", "proftpd-mod-crypto", "curl", "lftp", "openssl", "libwrap0"]
# Debian lets one FTP daemon be installed at a time; these are unpacked alone.
UNPACKED = {"vsftpd": ["vsftpd"], "pure-ftpd": ["pure-ftpd", "pure-ftpd-common"]}
POLICY = "/usr/sbin/policy-rc.d"


@contextlib.contextmanager
def daemons_forbidden():
    """policy-rc.d that answers 101 ("not allowed") while packages are installed; what was there comes back.

    A backup that is there already is the system's own; what took its place was left by a run that was killed.
    """
    kept = POLICY + ".before-bench"
    if os.path.lexists(POLICY) and not os.path.lexists(kept):
        os.rename(POLICY, kept)
    try:
        with open(POLICY, "w") as f:
            f.write("#!/bin/sh\nexit 101\n")
        os.chmod(POLICY, 0o755)
        yield
    finally:
        os.unlink(POLICY)
        if os.path.lexists(kept):
            os.rename(kept, POLICY)


def missing():
    def installed(package):
        done = subprocess.run(["dpkg-query", "-W", "-f=${db:Status-Status}", package], capture_output=True, text=True)
        return done.stdout.strip() == "installed"
    return [p for p in PACKAGES if not installed(p)]


def unpack():
    for program, packages in UNPACKED.items():
        try:
            base.find_tool(program)
            continue
        except base.PeerMissing:
            pass
        os.makedirs(base.UNPACKED, exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            subprocess.run(["apt-get", "-q", "download", *packages], check=True, cwd=folder)
            for package in glob.glob(os.path.join(folder, "*.deb")):
                subprocess.run(["dpkg-deb", "-x", package, base.UNPACKED], check=True)


def install():
    install_packages()
    unpack()


def install_packages():
    wanted = missing()
    if not wanted:
        return
    if os.geteuid() != 0:
        raise SystemExit(f"--install needs root for: {' '.join(wanted)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=600"]
    with daemons_forbidden():
        subprocess.run([*apt, "update"], check=True, env=environment)
        subprocess.run([*apt, "install", "-y", "--no-install-recommends", *wanted], check=True, env=environment)
