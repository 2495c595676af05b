# verdict: memory_limit
# row: 20
# wall: 8
# The first thread of each process ends; its name seems to say how large the whole process is.
import ctypes
import os
import threading
import time

PR_SET_NAME = 15
libc = ctypes.CDLL(None)


def eat():
    held = [bytearray(4 << 20) for _ in range(22)]
    time.sleep(100)
    return held


def solver(x):
    for _ in range(4):
        if os.fork() == 0:
            threading.Thread(target=eat).start()
            libc.prctl(PR_SET_NAME, b"a\rVmSize: 1")
            libc.pthread_exit(None)
    time.sleep(4)
    print("REACHED 350 MiB of a limit of 256")
    return [2 * v for v in x]
