#!/usr/bin/env python3
"""Server CPU seconds per GiB: hpc and OpenSSH's sshd, with the same sftp client, in one run, round by round.

    python3 bench/first-figures/run.py [--hpc PATH] [--rounds 5] [--mib 1024] [--cipher aes128-gcm@openssh.com]

Needs openssh-server, openssh-client and a Release build (dotnet build -c Release src/Server).
Everything listens on 127.0.0.1 and is stopped at the end. CPU is user + system time of the server with its children:
for sshd the growth of the listener's waited-for children, for hpc the growth of its own.
"""
import argparse, glob, json, os, re, shutil, signal, socket, statistics, subprocess, sys, tempfile, time, urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TICK = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_port(port, process, seconds=30):
    end = time.time() + seconds
    while time.time() < end:
        if process.poll() is not None:
            raise SystemExit(f"server ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("server does not listen")


def stat_fields(pid):
    with open(f"/proc/{pid}/stat") as f:
        return f.read().rsplit(")", 1)[1].split()


def cpu(pid, with_children):
    f = stat_fields(pid)
    own = int(f[11]) + int(f[12])
    waited = int(f[13]) + int(f[14])
    return (own + (waited if with_children else 0)) / TICK


def rss_kib(pid):
    with open(f"/proc/{pid}/status") as f:
        for line in f:
            if line.startswith("VmRSS"):
                return int(line.split()[1])
    return 0


class Hpc:
    name = "hpc"

    def __init__(self, exe, work, key):
        self.home = os.path.join(work, "hpc-home")
        os.makedirs(self.home)
        data = os.path.join(work, "hpc-data")
        self.port, self.admin = free_port(), free_port()
        self.user = "bench"
        subprocess.run([exe, "user", "add", self.user, "--home", self.home, "--public-key", key + ".pub", "--data-dir", data],
                       check=True, stdout=subprocess.DEVNULL)
        self.log = open(os.path.join(work, "hpc.log"), "w")
        self.process = subprocess.Popen(
            [exe, "serve", "--data-dir", data, "--listen", f"127.0.0.1:{self.port}", "--admin-listen", f"127.0.0.1:{self.admin}", "--grace-time", "1"],
            stdout=self.log, stderr=self.log)
        wait_port(self.port, self.process)

    def path(self, name):
        return "/" + name

    def cpu(self):
        return cpu(self.process.pid, False)

    def allocated(self):
        text = urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=5).read().decode()
        m = re.search(r"^\S*alloc\S*(?:\{[^}]*\})? ([0-9.e+]+)$", text, re.M)
        return float(m.group(1)) if m else None

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


class Sshd:
    name = "openssh"

    def __init__(self, work, key):
        self.home = os.path.join(work, "sshd-home")
        os.makedirs(self.home)
        self.port = free_port()
        self.user = os.environ.get("USER") or "root"
        host_key = os.path.join(work, "sshd_host_key")
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", host_key], check=True)
        authorized = os.path.join(work, "authorized_keys")
        shutil.copy(key + ".pub", authorized)
        config = os.path.join(work, "sshd_config")
        with open(config, "w") as f:
            f.write(f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {host_key}\nAuthorizedKeysFile {authorized}\nStrictModes no\n"
                    "PermitRootLogin yes\nPasswordAuthentication no\nUsePAM no\nPidFile none\nSubsystem sftp internal-sftp\nLogLevel ERROR\n")
        os.makedirs("/run/sshd", exist_ok=True)
        self.process = subprocess.Popen([shutil.which("sshd") or "/usr/sbin/sshd", "-D", "-e", "-f", config], stderr=subprocess.DEVNULL)
        wait_port(self.port, self.process)

    def path(self, name):
        return os.path.join(self.home, name)

    def cpu(self):
        return cpu(self.process.pid, True)

    def allocated(self):
        return None

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


def settle(server, before):
    """Children are waited for a moment after the client is gone."""
    last = server.cpu()
    for _ in range(40):
        time.sleep(0.1)
        now = server.cpu()
        if now == last and now > before:
            break
        last = now
    return last


def transfer(server, key, cipher, command, known):
    batch = tempfile.NamedTemporaryFile("w", suffix=".batch", delete=False)
    batch.write(command + "\n")
    batch.close()
    before, alloc, start = server.cpu(), server.allocated(), time.time()
    subprocess.run(["sftp", "-q", "-i", key, "-c", cipher, "-o", "MACs=hmac-sha2-256-etm@openssh.com", "-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={known}",
                    "-o", "IdentitiesOnly=yes", "-P", str(server.port), "-b", batch.name, f"{server.user}@127.0.0.1"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = time.time() - start
    used = settle(server, before) - before
    after = server.allocated()
    os.unlink(batch.name)
    return used, seconds, (after - alloc) if after is not None and alloc is not None else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hpc", default=os.path.join(ROOT, "src/Server/bin/Release/net10.0/hpc"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("--cipher", default="aes128-gcm@openssh.com")
    parser.add_argument("--json")
    parser.add_argument("--dir", help="where the files lie (default: a temporary folder)")
    args = parser.parse_args()
    work = tempfile.mkdtemp(prefix="hpc-bench-", dir=args.dir)
    servers = []
    try:
        key = os.path.join(work, "key")
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        servers = [Hpc(args.hpc, work, key), Sshd(work, key)]
        source = os.path.join(work, "source.bin")
        with open(source, "wb") as f:
            for _ in range(args.mib):
                f.write(os.urandom(1 << 20))
        for server in servers:
            shutil.copy(source, os.path.join(server.home, "file.bin"))
        known = os.path.join(work, "known_hosts")
        gib = args.mib / 1024
        results = {(s.name, d): [] for s in servers for d in ("download", "upload")}
        speed = {k: [] for k in results}
        allocations = {k: [] for k in results}
        for turn in range(args.rounds + 1):
            order = servers if turn % 2 == 0 else servers[::-1]
            for direction in ("download", "upload"):
                for server in order:
                    new = os.path.join(server.home, "new.bin")
                    if os.path.exists(new):
                        os.unlink(new)
                    command = f"get {server.path('file.bin')} /dev/null" if direction == "download" else f"put {source} {server.path('new.bin')}"
                    used, seconds, alloc = transfer(server, key, args.cipher, command, known)
                    if turn > 0:  # the first round warms up
                        results[server.name, direction].append(used / gib)
                        speed[server.name, direction].append(args.mib / seconds)
                        if alloc is not None:
                            allocations[server.name, direction].append(alloc / gib)
        report = {"cipher": args.cipher, "rounds": args.rounds, "mib": args.mib, "rows": []}
        print(f"{args.cipher}, {args.mib} MiB, {args.rounds} rounds, medians; server CPU seconds per GiB")
        for direction in ("download", "upload"):
            ours, theirs = (statistics.median(results[n, direction]) for n in ("hpc", "openssh"))
            ratios = [a / b for a, b in zip(results["hpc", direction], results["openssh", direction])]
            row = {
                "direction": direction, "hpc": ours, "openssh": theirs, "ratio": statistics.median(ratios), "ratio_min": min(ratios), "ratio_max": max(ratios),
                "hpc_mib_s": statistics.median(speed["hpc", direction]), "openssh_mib_s": statistics.median(speed["openssh", direction]),
                "hpc_allocated_bytes_per_gib": statistics.median(allocations["hpc", direction]) if allocations["hpc", direction] else None,
            }
            report["rows"].append(row)
            print(f"{direction:9} hpc {ours:.3f}  openssh {theirs:.3f}  ratio {row['ratio']:.2f} ({row['ratio_min']:.2f}-{row['ratio_max']:.2f})"
                  f"  MiB/s {row['hpc_mib_s']:.0f} / {row['openssh_mib_s']:.0f}"
                  f"  hpc allocated/GiB {row['hpc_allocated_bytes_per_gib']}")
        print(f"hpc RSS {rss_kib(servers[0].process.pid)} KiB")
        if args.json:
            with open(args.json, "w") as f:
                json.dump(report, f, indent=2)
    finally:
        for server in servers:
            try:
                server.stop()
            except Exception as e:  # the others are stopped too
                print("stop:", e, file=sys.stderr)
        shutil.rmtree(work, ignore_errors=True)


main()
