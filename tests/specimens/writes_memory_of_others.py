# verdict: ok
# row: 4
# at L0: REACHED mem, REACHED comm
# Opened for writing, and not written to.
import os

def solver(x):
    for pid in (@OWNER@, @SUPERVISOR@, @SENTINEL@, os.getppid()):
        for name in ("mem", "comm", "clear_refs", "oom_score_adj", "coredump_filter", "timerslack_ns"):
            try:
                os.close(os.open(f"/proc/{pid}/{name}", os.O_RDWR if name == "mem" else os.O_WRONLY))
                print("REACHED", name, "of", pid)
            except OSError:
                pass
    return x
