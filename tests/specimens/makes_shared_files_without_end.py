# verdict: ok
# row: 25
# The same in /dev/shm, where there is one.
import os

def solver(x):
    made = 0
    try:
        while made < 20_000:
            os.close(os.open(f"/dev/shm/{made}", os.O_CREAT | os.O_WRONLY))
            made += 1
    except OSError:
        pass
    if made > 4096:
        print("REACHED", made, "files")
    return x
