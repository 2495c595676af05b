# verdict: ok
# row: 42, 43, 44
# Whoever looks into a scratch folder finds files and folders only.
import os

def solver(x):
    tries = {
        "symlink": lambda: os.symlink("/etc/passwd", "symlink"),
        "fifo": lambda: os.mkfifo("fifo"),
        "socket": lambda: os.mknod("socket", 0o140644),
        "hard link to a canary": lambda: os.link("@CANARY@/best_known.json", "hard"),
    }
    for name, make in tries.items():
        try:
            make()
            print("REACHED a", name)
        except OSError:
            pass
    return x
