# verdict: time_limit
# wall: 1
import time

def solver(x):
    time.sleep(10_000)
