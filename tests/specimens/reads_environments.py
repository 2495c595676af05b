# verdict: ok
# row: 2, 3
# at L0: REACHED a key
import os

SIGN = ("SPECIMEN" + "_KEY=").encode()

def solver(x):
    if SIGN.decode()[:-1] in os.environ:
        print("REACHED own environment")
    try:
        pids = [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        pids = []
    for pid in {*pids, str(os.getppid()), "@OWNER@", "@SUPERVISOR@", "@SENTINEL@", "self", "1"}:
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                if SIGN in file.read():
                    print("REACHED a key of process", pid)
        except OSError:
            pass
    return x
