"""Seeded damage to byte strings, and the loop that all fuzzers share."""
import random
import struct
import sys
import threading
import time

EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)


def mutate(rng, data):
    data = bytearray(data)
    for _ in range(rng.choice((0, 1, 1, 2, 3, 8))):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(7)
        if kind == 0 and data:
            data[at % len(data)] ^= 1 << rng.randrange(8)
        elif kind == 1 and data:
            data[at % len(data)] = rng.randrange(256)
        elif kind == 2:
            del data[at:]
        elif kind == 3:
            del data[at:at + rng.randrange(1, 16)]
        elif kind == 4:
            data[at:at] = rng.randbytes(rng.choice((1, 4, 32, 1000)))
        elif kind == 5:
            data[at:at + 4] = struct.pack(">I", rng.choice(EXTREMES))
        else:
            data += data[at:]
    return bytes(data[:300_000])


def run(attempt, threads):
    """Calls attempt(rng) from several threads until the time is over; arguments: SEED SECONDS."""
    seed, seconds = int(sys.argv[1]), float(sys.argv[2])
    end = time.monotonic() + seconds
    counts = [0] * threads

    def work(number):
        while time.monotonic() < end:
            attempt(random.Random(f"{seed}/{number}/{counts[number]}"))
            counts[number] += 1

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(sum(counts), "attempts")
