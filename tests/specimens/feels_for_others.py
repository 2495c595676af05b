# verdict: ok
# row: 7
# at L0: REACHED a process of others
# Signal 0 does nothing, and tells who could be signalled.
import os

def solver(x):
    for pid in (@OWNER@, @SUPERVISOR@, @SENTINEL@):
        try:
            os.kill(pid, 0)
            print("REACHED a process of others")
        except OSError:
            pass
    return x
