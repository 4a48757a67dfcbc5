"""Nodes with one database, one folder of homes and the same keys."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from .node import Node
from .postgres import Postgres

NAMES = "abcdefghij"


class Cluster:
    """`with Cluster(3) as c`: c.nodes are made and not started."""

    def __init__(self, count, settings=None, postgres_options=(), clustered=True, keep=None, own_database=False):
        self.count, self.settings, self.clustered, self.keep, self.own_database = count, settings or {}, clustered, keep, own_database
        self._postgres_options = postgres_options

    def __enter__(self):
        # Homes are in memory where there is some: what is measured is not the disk.
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="hpc-cluster-"))
        self.root.chmod(0o755)
        self.files = pathlib.Path(tempfile.mkdtemp(prefix="hpc-cluster-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
        self.homes, self.client = self.files / "homes", self.files / "client"
        # The database of the cluster is that of the accounts unless it is to have one of its own.
        self.postgres, self.engine, self.nodes = None, None, []
        try:
            for folder in (self.homes, self.client):
                folder.mkdir()
            (self.root / "hostkeys").mkdir(mode=0o700)
            self.key = self._make_key("client")
            self._make_key("hostkeys/ssh_host_ed25519_key")
            self.postgres = Postgres(self.root / "postgres", self._postgres_options).start().make_database()
            self.engine = Postgres(self.root / "engine").start().make_database() if self.own_database else self.postgres
            self.nodes = [Node(NAMES[i], self.root / f"node-{NAMES[i]}", self._settings_of(NAMES[i])) for i in range(self.count)]
        except BaseException:
            self.__exit__()
            raise
        return self

    def _make_key(self, name):
        path = self.root / name
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "load", "-f", path], check=True)
        return path

    def _settings_of(self, name):
        settings = {
            "data_provider.driver": "postgresql", "data_provider.host": "127.0.0.1", "data_provider.port": self.postgres.port, "data_provider.name": Postgres.DATABASE,
            "data_provider.username": Postgres.USER, "data_provider.sslmode": "disable", "data_provider.create_default_admin": "true",
            "ssh.host_keys": self.root / "hostkeys", "secrets.master_key_file": self.root / "secrets.key",
        }
        if self.clustered:
            settings |= {"cluster.enabled": "true", "cluster.node_name": name}
        if self.own_database:
            settings["cluster.connection_string"] = f"Host=127.0.0.1;Port={self.engine.port};Database={Postgres.DATABASE};Username={Postgres.USER};SSL Mode=Disable"
        return {**settings, **self.settings}

    def start(self, *nodes):
        """Starts these, or all. The first one alone: it makes the schema, the administrator and the master key."""
        nodes = nodes or self.nodes
        nodes[0].start()
        for node in nodes[1:]:
            node.start(ready=False)
        for node in nodes[1:]:
            node.wait_ready()
        return self

    def add_user(self, name, **fields):
        home = self.homes / name
        home.mkdir(exist_ok=True)
        self.first.rest.post("/users", {"username": name, "status": 1, "home_dir": str(home), "permissions": {"/": ["*"]},
                                        "public_keys": [self.key.with_suffix(".pub").read_text().strip()], **fields})
        return home

    def change_user(self, node, name, **fields):
        user = node.rest.get(f"/users/{name}")
        node.rest.put(f"/users/{name}", {**user, **fields})

    @property
    def first(self):
        return next(node for node in self.nodes if node.is_alive)

    def __exit__(self, *_):
        servers = {id(server): server for server in (self.postgres, self.engine) if server is not None}.values()
        for server in servers:
            # What stands still cannot end.
            server.thaw()
        for node in self.nodes:
            node.stop()
        for server in servers:
            server.stop()
        if self.keep:
            for node in self.nodes:
                if node.log.exists():
                    shutil.copy(node.log, pathlib.Path(self.keep) / f"node-{node.name}.log")
            if self.postgres is not None:
                shutil.copy(self.root / "postgres/log", pathlib.Path(self.keep) / "postgres.log")
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.rmtree(self.files, ignore_errors=True)
