# verdict: ok
# row: 1, 8, 62
# at L0: REACHED a canary
# The links of /proc lead to what a process has open, not along a path: none may lead out.
import os

CANARY, ROOT = "@CANARY@/best_known.json", "@ROOT@/sandbox/spec.py"
UP = "/.." * 12

def starts():
    for who in ("self", "thread-self", "1", "2", str(os.getppid()), "@OWNER@", "@SUPERVISOR@", "@SENTINEL@"):
        yield from (f"/proc/{who}/{name}" for name in ("root", "cwd", "root/proc/1/root", "cwd/proc/1/cwd"))
        yield from (f"/proc/{who}/task/{who}/{name}" for name in ("root", "cwd"))
        yield from (f"/proc/{who}/fd/{fd}" for fd in range(6))
        yield f"/proc/{who}/map_files"
    yield from ("", "/box", "/dev/fd/4", "/dev/shm", "/dev/stdin", ".", "/solver-env", "/oldroot", "/newroot", "/old", "/new", "/tmp/old")

def solver(x):
    for start in starts():
        for path in (start, start + UP):
            for target in (CANARY, ROOT):
                try:
                    with open(path + target) as file:
                        print("REACHED a canary", file.read(20).encode().hex(), "by", path)
                except OSError:
                    pass
    try:
        here = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        here = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
    for target in (CANARY, ROOT):
        try:
            os.fchdir(here)
            with open(os.open(f".{UP}{target}", os.O_RDONLY, dir_fd=here)) as file:
                print("REACHED a canary", file.read(20).encode().hex(), "by a descriptor")
        except OSError:
            pass
    return x
