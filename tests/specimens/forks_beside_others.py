# verdict: time_limit
# row: 17
# wall: 1
# levels: L3
# beside: honest_neighbour
# Processes are counted for each box: no other program of the same user runs out of them. Not so at L2.
import os, time

def solver(x):
    while True:
        try:
            if os.fork() == 0:
                time.sleep(10_000)
        except OSError:
            time.sleep(0.01)
