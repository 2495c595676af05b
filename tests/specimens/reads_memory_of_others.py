# verdict: ok
# row: 4
# at L0: REACHED memory
import os

def solver(x):
    for pid in (os.getppid(), @OWNER@, @SUPERVISOR@, @SENTINEL@):
        for name in ("mem", "maps", "auxv", "fd"):
            try:
                if name == "fd":
                    os.listdir(f"/proc/{pid}/fd")
                else:
                    with open(f"/proc/{pid}/{name}", "rb") as file:
                        file.seek(0)
                print("REACHED memory", pid, name)
            except OSError:
                pass
    return x
