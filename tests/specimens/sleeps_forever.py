# verdict: time_limit
# wall: 1
# plain user: yes
import time

def solver(x):
    time.sleep(10_000)
