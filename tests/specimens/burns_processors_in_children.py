# verdict: time_limit
# row: 39
# wall: 1
# cpu: 1
import os

def solver(x):
    for _ in range(8):
        if os.fork() == 0:
            while True:
                pass
    while True:
        os.sched_yield()
