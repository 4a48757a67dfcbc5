"""Quotas and uploads under fire. Each function prints one line of JSON if it says anything."""
import json
import os
import random
import sys
import threading

from session import paramiko_client

CHUNK = 32 * 1024


def times():
    with paramiko_client() as client:
        sftp = client.open_sftp()
        sftp.utime("/free/file", (1_000_000, 1_000_000))
        try:
            sftp.utime("/limited/file", (1_000_000, 1_000_000))
        except PermissionError:
            return
        raise SystemExit("utime was not denied")


def upload(client, name, size, seed, sparse):
    """How many bytes of the file were accepted; -1 in front of what ended with an error."""
    chooser = random.Random(seed)
    sftp = client.open_sftp()
    offsets = list(range(0, size, CHUNK))
    if sparse:
        chooser.shuffle(offsets)
    try:
        with sftp.open(name, "wb") as file:
            for offset in offsets:
                file.seek(offset)
                file.write(chooser.randbytes(min(CHUNK, size - offset)))
    except OSError as e:
        return str(e)
    finally:
        sftp.close()
    return "whole"


def parallel(count, size, rounds, sparse):
    """`count` sessions upload at once, `rounds` files each; some overwrite, some delete on the way."""
    outcomes, failures = [], []

    def work(number):
        chooser = random.Random(number)
        try:
            with paramiko_client() as client:
                for turn in range(int(rounds)):
                    name = f"/file-{number}-{chooser.randrange(3)}"
                    outcomes.append(upload(client, name, chooser.randrange(1, 2 * int(size)), number * 1000 + turn, sparse == "sparse"))
                    if chooser.randrange(4) == 0:
                        try:
                            client.open_sftp().remove(name)
                        except OSError:
                            pass
        except Exception as e:  # told below, whatever it is
            failures.append(repr(e))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(int(count))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise SystemExit("\n".join(failures))
    print(json.dumps({"whole": outcomes.count("whole"), "refused": len(outcomes) - outcomes.count("whole"), "said": sorted(set(outcomes))}))


def wander(count, seed):
    """Random operations of every kind that changes what is used."""
    from paramiko.sftp import CMD_EXTENDED
    try:
        from paramiko.sftp import int64
    except ImportError:  # before 3.0
        from paramiko.py3compat import long as int64

    chooser = random.Random(int(seed))
    refused = 0
    with paramiko_client() as client:
        sftp = client.open_sftp()
        folders = ["", "/a", "/a/b", "/mount"]
        for folder in ("/a", "/a/b"):
            sftp.mkdir(folder)

        def path():
            return f"{chooser.choice(folders)}/f{chooser.randrange(12)}"

        def write(mode):
            name = path()
            with sftp.open(name, mode) as file:
                if "a" not in mode and chooser.randrange(2):
                    file.seek(chooser.randrange(100_000))
                file.write(chooser.randbytes(chooser.randrange(1, 60_000)))

        def exchange():
            sftp.posix_rename(path(), path())

        def link():
            sftp._request(CMD_EXTENDED, "hardlink@openssh.com", path(), path())

        def copy():
            with sftp.open(path(), "rb") as source, sftp.open(path(), "wb") as target:
                sftp._request(CMD_EXTENDED, "copy-data", source.handle, int64(0), int64(0), target.handle, int64(0))

        actions = {
            "write": lambda: write("wb"), "write again": lambda: write("wb"), "append": lambda: write("ab"), "change": lambda: write("r+b"),
            "delete": lambda: sftp.remove(path()), "truncate": lambda: sftp.truncate(path(), chooser.randrange(200_000)),
            "rename": lambda: sftp.rename(path(), path()), "rename over": exchange, "hard link": link, "copy": copy,
            "link": lambda: sftp.symlink(f"f{chooser.randrange(12)}", f"{chooser.choice(folders)}/l{chooser.randrange(3)}"),
            "delete link": lambda: sftp.remove(f"{chooser.choice(folders)}/l{chooser.randrange(3)}"),
        }
        done = dict.fromkeys(actions, 0)
        for _ in range(int(count)):
            name = chooser.choice(list(actions))
            try:
                actions[name]()
                done[name] += 1
            except OSError:
                refused += 1
    missing = [name for name, times in done.items() if times == 0]
    if missing:
        raise SystemExit(f"never done: {missing}")
    print(json.dumps({"refused": refused, **done}))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
    sys.stdout.flush()
    os._exit(0)
