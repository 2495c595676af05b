# verdict: ok
# row: 1
# at L0: CANARY-best, CANARY-expert, CANARY-reference
import mmap, os, shutil, subprocess

def contents(path):
    with open(path, "rb") as file:
        return file.read()

def mapped(path):
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)[:]

def solver(x):
    for name in ("best_known.json", "expert.py", "reference.h5"):
        path = "@CANARY@/" + name
        for prefix in ("", "/proc/self/root", "/proc/1/root", "/proc/@OWNER@/root", "../" * 20, "/oldroot", "/newroot"):
            for read in (contents, mapped):
                try:
                    print("REACHED", read(prefix + path).decode())
                except OSError:
                    pass
        try:
            print("REACHED", shutil.copy(path, "copy"))
        except OSError:
            pass
        try:
            print("REACHED", subprocess.run(["cat", path], capture_output=True).stdout.decode() or 1 / 0)
        except (OSError, ZeroDivisionError):
            pass
    return x
