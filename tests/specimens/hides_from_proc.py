# verdict: memory_limit
# row: 20
# wall: 20
# Not dumpable: its files in /proc belong to root then, and whoever counts its memory must not need them.
import ctypes, os, time

def solver(x):
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
    for _ in range(5):
        if os.fork() == 0:
            kept = b"x" * (96 << 20)
            time.sleep(10_000)
    time.sleep(10_000)
