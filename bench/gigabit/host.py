"""What a run leaves on the machine, and how it is removed on every way out, also after a run that was killed."""
import ctypes
import fcntl
import glob
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

import link
import quota

LOCK = "/run/hpc-gigabit.lock"
WORK_PREFIX = "hpc-gigabit-"
MARKER = ".made-by-hpc-gigabit"
PR_SET_PDEATHSIG = 1
CLIENT_NICE = -10  # as the weight of the group: a client that waits for a turn is not what is measured
_libc = ctypes.CDLL(None)


def lock():
    """Held by the process for its life: what is found by name while it is held belongs to no living run."""
    handle = open(LOCK, "w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit("another run holds " + LOCK)
    return handle


def spawn(argv, namespace, group=None, **options):
    """Starts a program inside a namespace and, before its first instruction, inside the group. It ends with this process."""

    def prepare():
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if group:
            group.join()
        else:
            os.nice(CLIENT_NICE)

    return subprocess.Popen(link.in_namespace(namespace, argv), preexec_fn=prepare, stdin=subprocess.DEVNULL, **options)


def end(process, seconds=10):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def end_members(group):
    """Processes are found by membership of our namespaces and our group, not by their names."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for _ in range(20):
            pids = set(group.pids()) | set(link.namespace_pids(link.SERVER_NS)) | set(link.namespace_pids(link.CLIENT_NS))
            pids.discard(os.getpid())
            if not pids:
                return
            for pid in pids:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass
            time.sleep(0.1)


def make_work(root):
    path = tempfile.mkdtemp(prefix=WORK_PREFIX, dir=root)
    with open(os.path.join(path, MARKER), "x"):
        return path


def is_work(path, owner=0):
    """A folder of a run: root's own, with the marker. Anybody can make a folder of that name on a tmpfs."""
    try:
        folder, marker = os.lstat(path), os.lstat(os.path.join(path, MARKER))
    except OSError:
        return False
    return stat.S_ISDIR(folder.st_mode) and stat.S_ISREG(marker.st_mode) and folder.st_uid == marker.st_uid == owner


def work_folders(root):
    return [path for path in glob.glob(os.path.join(root, WORK_PREFIX + "*")) if is_work(path)]


def leftovers(group, work_root):
    found = [name for name in (link.SERVER_NS, link.CLIENT_NS) if link.namespace_exists(name)]
    found += [path for path in group.directories() if os.path.isdir(path)]
    return found + work_folders(work_root)


def remove_all(group, work_root):
    """Every step is tried although one before it failed."""
    def folders():
        for path in work_folders(work_root):
            shutil.rmtree(path)

    failed = False
    for step in (lambda: end_members(group), link.remove, group.remove, folders):
        try:
            step()
        except Exception as e:
            failed = True
            print("cleanup:", e, file=sys.stderr)
    return not failed


def end_on_signals():
    def leave(number, _frame):
        raise SystemExit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


def ignore_signals():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
