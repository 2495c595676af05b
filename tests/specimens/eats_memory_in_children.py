# verdict: memory_limit
# row: 20
# wall: 20
# Each within its own limit.
import os, time

def solver(x):
    for _ in range(5):
        if os.fork() == 0:
            kept = b"x" * (96 << 20)
            time.sleep(10_000)
    time.sleep(10_000)
