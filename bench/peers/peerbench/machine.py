"""Facts about the machine and the state of its load."""
import datetime
import os
import platform
import subprocess
import time

from . import procfs


def parse_cpu_model(text):
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return "unknown"


def parse_os_name(text):
    for line in text.splitlines():
        if line.startswith("PRETTY_NAME="):
            return line.partition("=")[2].strip().strip('"')
    return "unknown"


def facts(scratch):
    memory = procfs.parse_kib(procfs.read("/proc/meminfo"), "MemTotal") or 0
    return {
        "cpu": parse_cpu_model(procfs.read("/proc/cpuinfo")),
        "cores": os.cpu_count(),
        "memory_gib": round(memory / (1 << 30), 1),
        "kernel": platform.release(),
        "os": parse_os_name(procfs.read("/etc/os-release")) if os.path.exists("/etc/os-release") else "unknown",
        "files_on": file_system(scratch),
        "date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def file_system(path):
    """Type of the file system that holds path, from the longest mount point that fits."""
    real, best = os.path.realpath(path), ("", "unknown")
    for line in procfs.read("/proc/mounts").splitlines():
        _, mount, kind = line.split()[:3]
        if (real + "/").startswith(mount.rstrip("/") + "/") and len(mount) >= len(best[0]):
            best = (mount, kind)
    return best[1]


SOURCES = ("src", "load-tests", "Directory.Build.props", "Directory.Packages.props", "global.json")


def commit(root):
    """The commit the working tree stands on, with + if sources differ from it or are not in it."""
    def git(*args):
        return subprocess.run(["git", "-C", root, *args], capture_output=True, text=True, timeout=30)
    try:
        head = git("rev-parse", "--short=12", "HEAD")
        if head.returncode:
            return None
        changed = git("--no-optional-locks", "status", "--porcelain", "--untracked-files=all", "--", *SOURCES)
        return head.stdout.strip() + ("+" if changed.stdout.strip() else "")
    except (OSError, subprocess.TimeoutExpired):
        return None


def wait_for_quiet(patience):
    """Until less than a third of a core was busy for a second, or patience (seconds) is over."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        before, began = procfs.machine_busy()[0], time.monotonic()
        time.sleep(1)
        if procfs.machine_busy()[0] - before < 0.33 * (time.monotonic() - began):
            return True
    return False
