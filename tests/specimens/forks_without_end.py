# verdict: time_limit
# row: 16
# wall: 1
import os, time

def solver(x):
    born = 0
    while True:
        try:
            if os.fork() == 0:
                time.sleep(10_000)
            born += 1
            if born > 128:  # twice the limit
                print("REACHED more processes than allowed", flush=True)
        except OSError:
            time.sleep(0.01)
