# verdict: time_limit
# row: 63
# wall: 1
import time

start = time.monotonic()
for name in ("time", "monotonic", "perf_counter", "process_time", "time_ns", "monotonic_ns"):
    setattr(time, name, lambda: 0.0)

def solver(x):
    while True:
        pass
