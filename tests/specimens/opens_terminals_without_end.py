# verdict: ok or memory_limit
# row: 27
# wall: 10
# Terminals are counted for the whole machine: with none left, nobody can log in.
import os, time

def solver(x):
    receive, send = os.pipe()
    for _ in range(6):
        if os.fork() == 0:
            count = 0
            try:
                while count < 240:
                    os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY)
                    count += 1
            except OSError:
                pass
            os.write(send, bytes([count]))
            time.sleep(10_000)
    total = sum(os.read(receive, 1)[0] for _ in range(6))
    if total > 1000:
        print("REACHED", total, "terminals", flush=True)
    return x
