"""Twenty connections with three SFTP channels each move files at the same time."""
import asyncio
import os

import session

CONNECTIONS, CHANNELS, SIZE = 20, 3, 1 << 20


async def move(connection, name):
    data = os.urandom(SIZE)
    async with connection.start_sftp_client() as sftp:
        async with sftp.open(name, "wb") as file:
            await file.write(data)
        assert (await sftp.stat(name)).size == SIZE
        async with sftp.open(name, "rb") as file:
            assert await file.read() == data, name
        await sftp.remove(name)


async def connect(number):
    async with session.asyncssh_connect() as connection:
        await asyncio.gather(*(move(connection, f"file-{number}-{channel}") for channel in range(CHANNELS)))


async def main():
    await asyncio.gather(*(connect(number) for number in range(CONNECTIONS)))


asyncio.run(main())
