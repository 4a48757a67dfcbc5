"""A PostgreSQL server on loopback, in a folder that is gone afterwards."""
import os
import pathlib
import shutil
import signal
import subprocess
import time

from .processes import Trouble, as_user, children_of, cpu_of, end, ends_with_parent, free_port


def programs():
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        raise Trouble("PostgreSQL is not installed (package postgresql)")
    return found[-1]


class Postgres:
    USER = DATABASE = "hpc"

    def __init__(self, folder, options=()):
        self.folder, self.port, self.process, self._frozen = pathlib.Path(folder), free_port(), None, []
        self.options = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "shared_preload_libraries=pg_stat_statements",
                        "shared_buffers=256MB", "max_connections=300", *options]
        self.folder.mkdir(parents=True)
        self.folder.chmod(0o700)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self._run("initdb", "-U", self.USER, "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", "-D", self.data)

    @property
    def data(self):
        return self.folder / "data"

    def _run(self, program, *arguments):
        done = subprocess.run([*as_user("postgres"), programs() / program, *arguments], cwd="/", capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise Trouble(f"{program}: {done.stderr.strip()[-500:]}")

    def start(self):
        settings = [part for option in self.options for part in ("-c", option)]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([*as_user("postgres"), programs() / "postgres", "-D", self.data, "-p", str(self.port), *settings],
                                            stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/", start_new_session=True, preexec_fn=ends_with_parent(signal.SIGINT))
        for _ in range(300):
            if self._run_psql("-d", "postgres", "-c", "SELECT 1").returncode == 0:
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise Trouble(f"PostgreSQL does not start: {(self.folder / 'log').read_text()[-500:]}")

    def make_database(self):
        self.query(f"CREATE DATABASE {self.DATABASE}", "postgres")
        self.query("CREATE EXTENSION pg_stat_statements")
        return self

    def stop(self, number=signal.SIGINT):
        """SIGINT ends connections and closes the database in order; SIGQUIT is a crash."""
        end(self.process, number)

    def freeze(self):
        """The server with all its processes stands still."""
        self._frozen = [self.process.pid]
        os.kill(self.process.pid, signal.SIGSTOP)
        # No child is made any more: these are all.
        for child in children_of(self.process.pid):
            os.kill(child, signal.SIGSTOP)
            self._frozen.append(child)

    def thaw(self):
        for pid in reversed(self._frozen):
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                continue
        self._frozen = []

    def query(self, statement, database=None):
        done = self._run_psql("-d", database or self.DATABASE, "-c", statement)
        if done.returncode:
            raise Trouble(f"psql: {done.stderr.strip()[-500:]}")
        return done.stdout.strip()

    def psql(self, *arguments):
        """The command line of psql on the database."""
        return ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port), "-U", self.USER, "-d", self.DATABASE, *arguments]

    def _run_psql(self, *arguments):
        return subprocess.run(self.psql(*arguments), capture_output=True, text=True, timeout=120)

    def cpu(self):
        """Seconds of all processes of the server so far, those that have ended among them."""
        total = cpu_of(self.process.pid)
        for child in children_of(self.process.pid):
            try:
                total += cpu_of(child)
            except OSError:
                continue
        return total
