"""Two network namespaces, one veth pair between them, a token bucket on each end.

Nothing is added to the host's own namespace: the addresses (198.18.0.0/15, RFC 2544) exist only on the pair, so that
nothing outside this machine, and no process of another namespace, can reach the server.
"""
import os
import re
import subprocess

SERVER_NS, CLIENT_NS = "hpc-gigabit-srv", "hpc-gigabit-cli"
SERVER_DEV, CLIENT_DEV = "hpcgb-srv", "hpcgb-cli"
SERVER_IP, CLIENT_IP, SUBNET = "198.18.77.1", "198.18.77.2", "198.18.77.0/30"

# The stack hands down super-packets of up to 64 KiB (TSO/GSO), as it does in front of a real NIC. tbf charges them with the
# headers of every segment inside (45 x 66 bytes), and cuts in software what is larger than the burst, which would cost the
# sender CPU that a NIC does not ask for. So the burst holds one super-packet and a half; 1 ms of link at 1 Gbit/s.
BURST = 128 * 1024
SUPER_PACKET = 65536 + 45 * 66


def in_namespace(name, argv):
    """nsenter executes the program itself, so the process id is that of the program."""
    return ["nsenter", f"--net=/run/netns/{name}", "--", *argv]


def tbf_arguments(rate_mbit, latency_ms, burst=BURST):
    if burst < SUPER_PACKET:
        raise ValueError(f"a burst of {burst} bytes does not hold a super-packet of {SUPER_PACKET}")
    return ["tbf", "rate", f"{rate_mbit}mbit", "burst", str(burst), "latency", f"{latency_ms}ms"]


def parse_counters(net_dev, device):
    """(received, sent) bytes of a device from the text of /proc/PID/net/dev."""
    for line in net_dev.splitlines():
        name, colon, rest = line.partition(":")
        if colon and name.strip() == device:
            fields = rest.split()
            return int(fields[0]), int(fields[8])
    raise LookupError(device)


def parse_drops(tc_stats):
    return sum(int(n) for n in re.findall(r"dropped (\d+)", tc_stats))


def run(*argv, check=True):
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(argv)}: {done.stderr.strip()}")
    return done.stdout


def namespace_exists(name):
    return os.path.exists(f"/run/netns/{name}")


def namespace_pids(name):
    return [int(p) for p in run("ip", "netns", "pids", name, check=False).split()] if namespace_exists(name) else []


class Link:
    def __init__(self, rate_mbit, latency_ms, congestion):
        self.rate_mbit, self.latency_ms, self.congestion = rate_mbit, latency_ms, congestion

    def create(self):
        run("ip", "netns", "add", SERVER_NS)
        run("ip", "netns", "add", CLIENT_NS)
        run("ip", "link", "add", SERVER_DEV, "netns", SERVER_NS, "type", "veth", "peer", "name", CLIENT_DEV, "netns", CLIENT_NS)
        for ns, device, address in ((SERVER_NS, SERVER_DEV, SERVER_IP), (CLIENT_NS, CLIENT_DEV, CLIENT_IP)):
            run("ip", "-n", ns, "link", "set", "lo", "up")
            run("ip", "-n", ns, "address", "add", address + "/30", "dev", device)
            run("ip", "-n", ns, "link", "set", device, "up")
            run("tc", "-n", ns, "qdisc", "add", "dev", device, "root", *tbf_arguments(self.rate_mbit, self.latency_ms))
            if self.congestion:
                # By the route: a namespace may not select an algorithm that the host does not allow to everybody.
                run("ip", "-n", ns, "route", "replace", SUBNET, "dev", device, "scope", "link", "src", address, "congctl", self.congestion)

    def describe(self):
        algorithm = self.congestion or run("sysctl", "-n", "net.ipv4.tcp_congestion_control").strip()
        return {"rate_mbit": self.rate_mbit, "burst_bytes": BURST, "latency_ms": self.latency_ms, "mtu": 1500, "offload": "TSO/GSO on", "congestion_control": algorithm}


def drops():
    """Packets that the queues of both ends have thrown away."""
    ends = ((SERVER_NS, SERVER_DEV), (CLIENT_NS, CLIENT_DEV))
    return sum(parse_drops(run("tc", "-n", ns, "-s", "qdisc", "show", "dev", device)) for ns, device in ends)


def remove():
    """Removing a namespace removes the devices and the buckets inside."""
    for name in (CLIENT_NS, SERVER_NS):
        if namespace_exists(name):
            run("ip", "netns", "delete", name, check=False)
