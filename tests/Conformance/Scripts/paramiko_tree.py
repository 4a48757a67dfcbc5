"""Moves a tree with paramiko: `up LOCAL REMOTE` or `down REMOTE LOCAL`."""
import os
import stat
import sys

import session


def upload(sftp, local, remote):
    sftp.mkdir(remote)
    for entry in os.scandir(local):
        target = remote + "/" + entry.name
        if entry.is_dir():
            upload(sftp, entry.path, target)
        else:
            sftp.put(entry.path, target)


def download(sftp, remote, local):
    os.mkdir(local)
    for entry in sftp.listdir_attr(remote):
        source, target = remote + "/" + entry.filename, os.path.join(local, entry.filename)
        if stat.S_ISDIR(entry.st_mode):
            download(sftp, source, target)
        else:
            sftp.get(source, target)


client = session.paramiko_client()
(upload if sys.argv[1] == "up" else download)(client.open_sftp(), sys.argv[2], sys.argv[3])
client.close()
