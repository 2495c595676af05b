# verdict: time_limit
# row: 29
# wall: 1
import signal, time

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass

def solver(x):
    while True:
        try:
            time.sleep(10_000)
        except BaseException:
            pass
