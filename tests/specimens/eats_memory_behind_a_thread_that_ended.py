# verdict: memory_limit
# row: 20
# wall: 20
# The first thread of a process ends before the others: what these use no longer stands with the process.
import ctypes, os, platform, threading, time

EXIT = {"x86_64": 60, "aarch64": 93}[platform.machine()]

def eat():
    time.sleep(0.2)
    kept = b"x" * (90 << 20)
    time.sleep(10_000)

def solver(x):
    for _ in range(4):
        if os.fork() == 0:
            threading.Thread(target=eat).start()
            ctypes.CDLL(None).syscall(EXIT, 0)
    time.sleep(10_000)
