# verdict: time_limit
# row: 16
# wall: 1
# Whoever kills what it saw misses what was born meanwhile.
import os, time

def storm():
    while True:
        try:
            if os.fork() == 0:
                os.fork()
                os._exit(0) if os.getpid() % 2 else None
        except OSError:
            pass

def solver(x):
    for _ in range(20):
        if os.fork() == 0:
            time.sleep(0.9)
            storm()
    time.sleep(10_000)
