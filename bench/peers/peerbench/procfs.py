"""What /proc says about processes and the machine. Everything named parse_* is pure."""
import os
from dataclasses import dataclass

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Stat:
    """The fields of /proc/PID/stat that count here; times in seconds, memory in bytes."""
    parent: int
    own: float
    reaped: float
    rss: int


def parse_stat(text, tick=TICK, page=PAGE):
    # The command name stands in parentheses and may itself hold spaces and parentheses.
    fields = text.rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / tick
    reaped = (int(fields[13]) + int(fields[14])) / tick
    return Stat(int(fields[1]), own, reaped, int(fields[21]) * page)


def parse_schedstat(text):
    """Seconds on a CPU of one thread, in nanosecond resolution."""
    return int(text.split()[0]) / 1e9


def parse_kib(text, name):
    """One `Name:   123 kB` line of status or smaps_rollup, in bytes; None if it is not there."""
    for line in text.splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    return None


def parse_machine(text, tick=TICK):
    """(busy, stolen) seconds of all CPUs since the start, from /proc/stat."""
    user, nice, system, idle, iowait, irq, softirq, steal = (int(x) for x in text.split("\n", 1)[0].split()[1:9])
    return (user + nice + system + irq + softirq) / tick, steal / tick


LISTEN = "0A"


def parse_ports(text, state):
    """Local ports of all sockets of /proc/net/tcp in a state; a port stands there once per socket."""
    ports = []
    for line in text.splitlines()[1:]:
        fields = line.split()
        if len(fields) > 3 and fields[3] == state:
            ports.append(int(fields[1].rpartition(":")[2], 16))
    return ports


def descendants(root, parents):
    """root and every process below it; parents maps process to parent."""
    children = {}
    for pid, parent in parents.items():
        children.setdefault(parent, []).append(pid)
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def read(path):
    with open(path) as f:
        return f.read()


def stats_of_all():
    stats = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                stats[int(name)] = parse_stat(read(f"/proc/{name}/stat"))
            except (OSError, IndexError):
                pass  # ended meanwhile
    return stats


def tree(root):
    """Process -> Stat for root and everything below it that lives."""
    stats = stats_of_all()
    return {pid: stats[pid] for pid in descendants(root, {p: s.parent for p, s in stats.items()}) if pid in stats}


def threads_cpu(pid):
    """Seconds of all living threads of a process; threads that have ended are not in it."""
    total = 0.0
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            total += parse_schedstat(read(f"/proc/{pid}/task/{task}/schedstat"))
        except OSError:
            pass
    return total


def rss(pids):
    """Sum of resident memory; pages shared between processes count once per process."""
    total = 0
    for pid in pids:
        try:
            total += parse_kib(read(f"/proc/{pid}/status"), "VmRSS") or 0
        except OSError:
            pass
    return total


def pss(pids):
    """Sum of proportional memory: a page shared by n processes counts as 1/n in each."""
    total = 0
    for pid in pids:
        try:
            total += parse_kib(read(f"/proc/{pid}/smaps_rollup"), "Pss") or 0
        except OSError:
            pass
    return total


def machine_busy():
    return parse_machine(read("/proc/stat"))


def ports(state):
    return [p for f in ("/proc/net/tcp", "/proc/net/tcp6") if os.path.exists(f) for p in parse_ports(read(f), state)]


def listening(port):
    return port in ports(LISTEN)
