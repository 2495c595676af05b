# verdict: ok
# row: 27
import os

def solver(x):
    count, kept = 0, []
    try:
        for _ in range(100_000):
            kept.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        pass
    if len(kept) > 256:
        print("REACHED", len(kept), "files")
    for fd in kept:
        os.close(fd)
    return x
