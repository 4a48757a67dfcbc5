#!/usr/bin/env python3
"""One TCP stream without any protocol: `plain_tcp.py receive IP PORT` prints "ready", takes one connection and reads it to its
end; `plain_tcp.py send IP PORT MIB` fills it."""
import socket
import sys

CHUNK = 1 << 20


def receive(address):
    with socket.create_server(address) as listener:
        print("ready", flush=True)
        listener.settimeout(30)
        connection, _ = listener.accept()
        connection.settimeout(60)
        buffer = bytearray(CHUNK)
        with connection:
            total = 0
            while (n := connection.recv_into(buffer)) > 0:
                total += n
    print(total, flush=True)


def send(address, mib):
    data = bytes(CHUNK)
    with socket.create_connection(address, 30) as connection:
        for _ in range(mib):
            connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)


if __name__ == "__main__":
    target = (sys.argv[2], int(sys.argv[3]))
    receive(target) if sys.argv[1] == "receive" else send(target, int(sys.argv[4]))
