# verdict: time_limit
# row: 39
# wall: 1
# plain user: yes
# A limit of processor time holds for each process: what ends them together is the clock of the parent.
import os

def solver(x):
    for _ in range(8):
        if os.fork() == 0:
            break
    while True:
        pass
