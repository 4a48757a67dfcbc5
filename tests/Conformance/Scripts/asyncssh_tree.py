"""Moves a tree with asyncssh: `up LOCAL REMOTE` or `down REMOTE LOCAL`."""
import asyncio
import sys

import session


async def main():
    async with session.asyncssh_connect() as connection:
        async with connection.start_sftp_client() as sftp:
            move = sftp.put if sys.argv[1] == "up" else sftp.get
            await move(sys.argv[2].encode(), sys.argv[3].encode(), recurse=True)


asyncio.run(main())
