"""A cgroup with a CPU quota: v2 (cpu.max) where that hierarchy has the cpu controller, else v1 (cpu.cfs_quota_us)."""
import errno
import os
import time

GROUP = "hpc-gigabit"
SMALLEST_QUOTA_US = 1000  # the kernel refuses less


def bandwidth(cores, period_us):
    """(quota, period) in microseconds. The period grows where the quota would be below what the kernel takes."""
    if cores <= 0:
        raise ValueError("a quota is a positive number of cores")
    if cores * period_us < SMALLEST_QUOTA_US:
        period_us = -(-SMALLEST_QUOTA_US // cores)  # rounded up
    return round(cores * period_us), int(period_us)


def find_hierarchies(mounts, controllers_of):
    """Where the group lives: ("v2", {"cpu": dir}) or ("v1", {"cpu": dir, "cpuacct": dir}).

    mounts is the text of /proc/self/mounts, controllers_of reads cgroup.controllers of a v2 mount.
    """
    v1 = {}
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 4:
            continue
        if fields[2] == "cgroup2" and "cpu" in controllers_of(fields[1]).split():
            return "v2", {"cpu": fields[1]}
        if fields[2] == "cgroup":
            for option in fields[3].split(","):
                if option in ("cpu", "cpuacct"):
                    v1.setdefault(option, fields[1])
    if "cpu" in v1:
        return "v1", v1
    raise RuntimeError("no cgroup hierarchy with the cpu controller")


def parse_stat(text):
    """cpu.stat of either version as periods, throttled periods and throttled seconds (summed over CPUs)."""
    values = dict(line.split() for line in text.splitlines() if len(line.split()) == 2)
    if "throttled_usec" in values:
        seconds = int(values["throttled_usec"]) / 1e6
    else:
        seconds = int(values.get("throttled_time", 0)) / 1e9
    return {"periods": int(values.get("nr_periods", 0)), "throttled_periods": int(values.get("nr_throttled", 0)), "throttled_seconds": seconds}


def _read(path):
    with open(path) as f:
        return f.read()


def _write(path, value):
    with open(path, "w") as f:
        f.write(value)


def _controllers(mount):
    try:
        return _read(os.path.join(mount, "cgroup.controllers"))
    except OSError:
        return ""


class CpuGroup:
    def __init__(self):
        self.version, mounts = find_hierarchies(_read("/proc/self/mounts"), _controllers)
        self._roots = mounts
        self._dirs = {name: os.path.join(mount, GROUP) for name, mount in mounts.items()}
        self._delegated = False

    def directories(self):
        return sorted(set(self._dirs.values()))

    def create(self):
        if self.version == "v2":
            control = os.path.join(self._roots["cpu"], "cgroup.subtree_control")
            if "cpu" not in _read(control).split():
                _write(control, "+cpu")
                self._delegated = True
        for path in self.directories():
            os.mkdir(path)
        # The quota is the limit under test; ten times the usual weight keeps other work of the machine from taking the turn.
        name, weight = ("cpu.weight", "1000") if self.version == "v2" else ("cpu.shares", "10240")
        _write(os.path.join(self._dirs["cpu"], name), weight)

    def join(self):
        """Runs in the child between fork and exec: everything the server starts is in the group from its first instruction."""
        for path in self._dirs.values():
            _write(os.path.join(path, "cgroup.procs"), "0")

    def pids(self):
        try:
            return [int(p) for p in _read(os.path.join(self._dirs["cpu"], "cgroup.procs")).split()]
        except OSError:
            return []

    def limit(self, cores, period_us):
        """None lifts the limit. Returns the (quota, period) that was set."""
        quota, period = bandwidth(cores, period_us) if cores else (None, 100_000)
        path = self._dirs["cpu"]
        if self.version == "v2":
            _write(os.path.join(path, "cpu.max"), f"{quota or 'max'} {period}")
        else:
            _write(os.path.join(path, "cpu.cfs_quota_us"), "-1")
            _write(os.path.join(path, "cpu.cfs_period_us"), str(period))
            if quota:
                _write(os.path.join(path, "cpu.cfs_quota_us"), str(quota))
        return quota, period

    def usage(self):
        """CPU seconds of everything that ran in the group, ended processes included."""
        if self.version == "v2":
            stat = dict(line.split() for line in _read(os.path.join(self._dirs["cpu"], "cpu.stat")).splitlines())
            return int(stat["usage_usec"]) / 1e6
        if "cpuacct" in self._dirs:
            return int(_read(os.path.join(self._dirs["cpuacct"], "cpuacct.usage"))) / 1e9
        return None

    def user_system(self):
        """CPU seconds as (user, system), None where the kernel does not tell."""
        if self.version == "v2":
            stat = dict(line.split() for line in _read(os.path.join(self._dirs["cpu"], "cpu.stat")).splitlines())
            return int(stat["user_usec"]) / 1e6, int(stat["system_usec"]) / 1e6
        if "cpuacct" in self._dirs:
            base = self._dirs["cpuacct"]
            return tuple(int(_read(os.path.join(base, "cpuacct.usage_" + part))) / 1e9 for part in ("user", "sys"))
        return None

    def stat(self):
        return parse_stat(_read(os.path.join(self._dirs["cpu"], "cpu.stat")))

    def remove(self):
        for path in self.directories():
            for _ in range(50):  # a group is busy until its last process has been reaped
                try:
                    os.rmdir(path)
                    break
                except FileNotFoundError:
                    break
                except OSError as e:
                    if e.errno != errno.EBUSY:
                        raise
                    time.sleep(0.1)
            else:
                raise RuntimeError(f"{path} stays busy")
        if self._delegated:
            _write(os.path.join(self._roots["cpu"], "cgroup.subtree_control"), "-cpu")
