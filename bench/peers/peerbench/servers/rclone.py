"""rclone serve sftp: one process, files streamed straight through (no VFS cache)."""
import os
import shutil

from .base import Server, find_tool, first_line


class Rclone(Server):
    name = "rclone"
    one_process = True
    directory_memory = 1.1

    def version(self):
        return first_line(find_tool("rclone"), "version")

    def prepare(self):
        self.authorized = os.path.join(self.folder, "authorized_keys")
        shutil.copy(self.scratch.client_key + ".pub", self.authorized)

    def command(self):
        # A directory is remembered for one second only, so that files put in place on the disk are seen.
        return [find_tool("rclone"), "serve", "sftp", self.home, "--config", "", "--addr", f"127.0.0.1:{self.port}",
                "--user", self.user, "--key", self.scratch.host_key, "--authorized-keys", self.authorized,
                "--vfs-cache-mode", "off", "--dir-cache-time", "1s", "--poll-interval", "0",
                "--cache-dir", os.path.join(self.folder, "cache"), "--log-level", "ERROR"]
