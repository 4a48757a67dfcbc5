"""The clients. Every peer gets the same command line but for port and user."""
import os
import select
import subprocess
import threading
import time

from .accounting import client_child

CTR_MAC = "hmac-sha2-256-etm@openssh.com"
KEX = "curve25519-sha256"
TIMEOUT = 900


class ClientFailed(Exception):
    """A client ended with an error; unsupported means that no common algorithm was found."""

    def __init__(self, text):
        super().__init__(text.strip()[-300:] or "no message")
        self.unsupported = "no matching" in text


def ssh_options(server, cipher=None):
    options = ["-F", "/dev/null", "-i", server.scratch.client_key]
    pairs = ["IdentitiesOnly=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "GlobalKnownHostsFile=/dev/null",
             "BatchMode=yes", "Compression=no", f"KexAlgorithms={KEX}", "HostKeyAlgorithms=ssh-ed25519",
             f"MACs={CTR_MAC}", "LogLevel=INFO"]  # AEAD ciphers use no MAC
    if cipher:
        pairs.append(f"Ciphers={cipher}")
    for pair in pairs:
        options += ["-o", pair]
    return options


def sftp_command(server, batch, cipher=None):
    return ["sftp", *ssh_options(server, cipher), "-b", batch, "-P", str(server.port), f"{server.user}@127.0.0.1"]


def run_together(commands, cwd, inputs=None, keep_output=False):
    """Starts all commands at once, waits for all; the standard outputs. Raises ClientFailed if one failed."""
    running = []
    try:
        for i, command in enumerate(commands):
            process = subprocess.Popen(
                command, cwd=cwd, text=True, preexec_fn=client_child, start_new_session=True,
                stdin=subprocess.PIPE if inputs else subprocess.DEVNULL,
                stdout=subprocess.PIPE if keep_output else subprocess.DEVNULL, stderr=subprocess.PIPE)
            running.append(process)
            if inputs:
                process.stdin.write(inputs[i])
                process.stdin.close()
                process.stdin = None
        until = time.monotonic() + TIMEOUT
        outputs, failed = [], None
        for process in running:
            out, err = process.communicate(timeout=max(1, until - time.monotonic()))
            outputs.append(out)
            if process.returncode and failed is None:
                failed = ClientFailed(f"{command_name(process)} ended with {process.returncode}: {err}")
        if failed:
            raise failed
        return outputs
    except subprocess.TimeoutExpired as e:
        raise ClientFailed(f"{os.path.basename(e.cmd[0])} did not end within {TIMEOUT} s") from None
    finally:
        end_all(running)


def command_name(process):
    return os.path.basename(process.args[0])


def end_all(processes):
    for process in processes:
        if process is not None and process.poll() is None:
            process.kill()
            process.wait()


def sftp(server, scripts, cipher=None, keep_output=False):
    """One OpenSSH sftp per batch script, all at once."""
    command = sftp_command(server, "-", cipher)
    return run_together([command] * len(scripts), server.scratch.client, scripts, keep_output)


def sftp_logins(server, lanes, each):
    """Whole sessions: connect, log in, open SFTP, leave; `each` times one after the other in every lane."""
    command = sftp_command(server, "/dev/null")

    def once():
        done = subprocess.run(command, cwd=server.scratch.client, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              preexec_fn=client_child, timeout=120)
        if done.returncode:
            raise ClientFailed(f"sftp ended with {done.returncode}: {done.stderr}")

    in_lanes(once, lanes, each)


def in_lanes(once, lanes, each):
    """Calls once `each` times in every lane; a lane ends at its first failure, and every call must have succeeded."""
    completed, failures = [0] * lanes, []

    def lane(number):
        try:
            for _ in range(each):
                once()
                completed[number] += 1
        except Exception as e:  # whatever it is, it must not end with its thread alone
            failures.append(e)

    threads = [threading.Thread(target=lane, args=(number,)) for number in range(lanes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures or sum(completed) != lanes * each:
        first = failures[0] if failures else "no error"
        failed = ClientFailed(f"{sum(completed)} of {lanes * each} logins, {len(failures)} of {lanes} lanes failed: {first}")
        failed.unsupported = getattr(first, "unsupported", False)
        raise failed from (failures[0] if failures else None)


def read_within(stream, count, seconds, until_line_ends=False):
    """Up to count bytes of an unbuffered pipe, or what came until its line or itself ended; ClientFailed when that takes too long."""
    data, until = b"", time.monotonic() + seconds
    while len(data) < count and not (until_line_ends and data.endswith(b"\n")):
        ready, _, _ = select.select([stream], [], [], max(0, until - time.monotonic()))
        if not ready:
            raise ClientFailed(f"nothing to read within {seconds} s")
        piece = os.read(stream.fileno(), 1 if until_line_ends else count - len(data))
        if not piece:
            break
        data += piece
    return data


RCLONE_FLAGS = ["--config", "", "--transfers", "8", "--checkers", "8", "--retries", "1", "--low-level-retries", "1",
                "--stats", "0", "--log-level", "ERROR"]


def rclone_copy(server, source, target):
    """rclone copy into an SFTP remote: no shell and no hash commands, so it is SFTP and nothing else."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RCLONE_")}
    remote = {"TYPE": "sftp", "HOST": "127.0.0.1", "PORT": str(server.port), "USER": server.user,
              "KEY_FILE": server.scratch.client_key, "SHELL_TYPE": "none", "DISABLE_HASHCHECK": "true"}
    environment |= {f"RCLONE_CONFIG_PEER_{k}": v for k, v in remote.items()}
    done = subprocess.run(["rclone", "copy", source, f"peer:{target}", *RCLONE_FLAGS], cwd=server.scratch.client,
                          env=environment, preexec_fn=client_child, capture_output=True, text=True, timeout=TIMEOUT)
    if done.returncode:
        raise ClientFailed(f"rclone ended with {done.returncode}: {done.stderr}")


def curl(server, *arguments):
    """One curl with its own session."""
    command = ["curl", "-sS", "-f", "-k", "-u", f"{server.user}:{server.scratch.password}", *arguments]
    run_together([command], server.scratch.client)


def ftp_url(server, name=""):
    return f"ftp://127.0.0.1:{server.ftp_port}{server.base}/{name}"


def lftp(server, script):
    """One lftp in the clear, with as many transfers at a time as its script says."""
    settings = "set net:max-retries 1; set net:timeout 60; set ftp:ssl-allow no; set cmd:fail-exit yes; "
    login = f"open -u {server.user},{server.scratch.password} ftp://127.0.0.1:{server.ftp_port}{server.base}/; "
    run_together([["lftp", "--norc", "-c", settings + login + script]], server.scratch.client)


class IdleSsh:
    """Open SFTP sessions on which nothing moves: one `ssh -s sftp` each, INIT sent and VERSION read."""

    label = "ssh -s sftp"
    INIT = bytes([0, 0, 0, 5, 1, 0, 0, 0, 3])
    ANSWER_SECONDS = 120

    def __init__(self, server):
        self._command = ["ssh", *ssh_options(server), "-p", str(server.port), "-s", f"{server.user}@127.0.0.1", "sftp"]
        self._running = []

    def open(self, count, at_once=16):
        for begin in range(0, count, at_once):
            group = []
            for _ in range(min(at_once, count - begin)):
                process = subprocess.Popen(self._command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                           stderr=subprocess.DEVNULL, start_new_session=True, preexec_fn=client_child)
                self._running.append(process)  # one by one: close ends them also if the next one does not start
                group.append(process)
                process.stdin.write(self.INIT)
            for process in group:
                self._version(process)

    def _version(self, process):
        header = read_within(process.stdout, 5, self.ANSWER_SECONDS)
        if len(header) < 5 or header[4] != 2:
            raise ClientFailed("an idle session did not open")

    def warm(self, count):
        try:
            self.open(count)
        finally:
            self.close(False)

    def all_open(self):
        return all(process.poll() is None for process in self._running)

    def close(self, failed):
        for process in self._running:
            process.stdin.close()
        for process in self._running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()
        self._running = []
