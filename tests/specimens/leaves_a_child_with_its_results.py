# verdict: crash
# row: 31
# Whoever waits for the end of the results channel waits for the child.
import os, time

def solver(x):
    if os.fork() == 0:
        os.close(1)
        os.close(2)
        time.sleep(10_000)
    os._exit(0)
