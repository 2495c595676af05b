# verdict: L3=ok L3-bubblewrap=memory_limit
# row: 25
# wall: 60
# memory: 48
# inodes: 2000
# levels: L3
# Empty files take no room in a scratch folder: their number is limited, or they count as the memory they are.
import os

def solver(x):
    for folder in (".", "/dev/shm"):
        number = 0
        try:
            for number in range(1_000_000):
                os.close(os.open(f"{folder}/{number}", os.O_CREAT | os.O_WRONLY))
        except OSError:
            pass
        if number > 2000:
            print("REACHED", number, "files", flush=True)
    return x
