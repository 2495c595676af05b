# verdict: ok
# row: 23, 24
# levels: L3
# In no folder any more, and there as long as somebody has them open.
import os

def fill(folder):
    kept, written = [], 0
    try:
        for number in range(100):
            kept.append(os.open(f"{folder}/file{number}", os.O_CREAT | os.O_RDWR))
            os.unlink(f"{folder}/file{number}")
            written += os.write(kept[-1], b"x" * (1 << 20))
    except OSError:
        pass
    try:
        kept.append(os.open(folder, os.O_TMPFILE | os.O_RDWR))
        written += os.write(kept[-1], b"x" * (64 << 20))
    except OSError:
        pass
    for fd in kept:
        os.close(fd)
    return written

def solver(x):
    for folder, most in ((".", 32 << 20), ("/dev/shm", 64 << 20)):
        if (written := fill(folder)) > most:
            print("REACHED", written, "bytes in", folder)
    return x
