# verdict: ok
# row: 25
# wall: 10
# memory: 64
# Attributes of files are memory of the kernel, and in no file's size.
import os

def solver(x):
    held = 0
    try:
        for number in range(5000):
            open(f"{number}", "w").close()
            os.setxattr(f"{number}", "user.x", b"x" * 60_000)
            held += 60_000
    except OSError:
        pass
    if held > 96 << 20:
        print("REACHED", held >> 20, "MiB", flush=True)
    return x
