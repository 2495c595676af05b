# verdict: ok
# row: 24
import os

def fill(folder):
    written = 0
    try:
        for number in range(40):
            with open(f"{folder}/specimen{number}", "wb", buffering=0) as file:
                for _ in range(4):
                    written += file.write(b"x" * (1 << 20))
    except OSError:
        pass
    if written > 64 << 20:
        print("REACHED", written, "bytes in", folder)
    return written

def solver(x):
    for folder in ("/tmp", "/var/tmp", "/dev", "/dev/shm", "/run", "/", "@CANARY@"):
        if fill(folder) and folder != "/dev/shm":
            print("REACHED a file in", folder)
    return x
