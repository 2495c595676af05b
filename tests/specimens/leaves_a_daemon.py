# verdict: ok
# row: 30
import os, time

def daemon():
    try:
        os.setsid()
    except OSError:
        pass
    if os.fork():
        os._exit(0)
    time.sleep(1)
    while True:
        try:
            os.write(4, b"SOL1" + bytes(16))
            os.write(1, b"REACHED: outlived the program\n")
            with open("late", "w") as file:
                file.write("late")
        except OSError:
            pass
        time.sleep(0.1)

def solver(x):
    if os.fork() == 0:
        daemon()
    return x
