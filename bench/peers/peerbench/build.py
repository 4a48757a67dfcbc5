"""Builds hpc and its load generator from this repository and says what was measured."""
import os
import platform
import subprocess

from .scratch import digest_of

SERVER = ("src/Server", "hpc")
LOAD = ("load-tests/Hpc.LoadTests", "hpc-load")


class BuildFailed(Exception):
    """The program is not there, or cannot be built."""


def default_path(root, project):
    folder, name = project
    return os.path.join(_published(root, name) if project == SERVER else os.path.join(root, folder, "bin/Release/net10.0"), name)


def build(root, project):
    """What the tree holds: the server as it is installed (dotnet publish, compiled ahead), the load generator as it is built. No process of the build stays behind."""
    folder, name = project
    environment = {k: v for k, v in os.environ.items() if k not in ("HPC_EXE", "MSBUILDNODEREUSE")}
    environment |= {"MSBUILDDISABLENODEREUSE": "1", "DOTNET_CLI_USE_MSBUILD_SERVER": "0", "DOTNET_NOLOGO": "1"}
    command = ["dotnet", "build", os.path.join(root, folder), "-c", "Release", "-v", "quiet", "-p:UseSharedCompilation=false"]
    if project == SERVER:
        machine = {"x86_64": "linux-x64", "aarch64": "linux-arm64"}.get(platform.machine())
        if machine is None:
            raise BuildFailed(f"dotnet publish is not set up for {platform.machine()} here; --hpc takes a program that is built already")
        command[1] = "publish"
        command += ["-r", machine, "--self-contained", "false", "--artifacts-path", os.path.join(root, "artifacts"), "-o", _published(root, name)]
    try:
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except FileNotFoundError:
        raise BuildFailed("dotnet is not installed; --hpc and --hpc-load take programs that are built already") from None
    if done.returncode:
        raise BuildFailed(f"{' '.join(command)} has failed:\n{done.stdout[-3000:]}")
    require(default_path(root, project), f"the build of {name}")


def _published(root, name):
    return os.path.join(root, "artifacts", name)


def require(path, what):
    """BuildFailed unless path is a program that can be run."""
    if not os.path.isfile(path):
        raise BuildFailed(f"{what}: {path} is not there")
    if not os.access(path, os.X_OK):
        raise BuildFailed(f"{what}: {path} is not executable")


def digest(executable):
    """SHA-256 of the assembly beside the program that starts it, or of the program if it is a single file."""
    assembly = executable + ".dll"
    return digest_of(assembly if os.path.exists(assembly) else executable)
