# verdict: ok
# row: 8, 69
# beside: honest_neighbour
# Two programs of the same user at the same time: by number, by name, in what both can see.
import ctypes, os, signal, time

libc = ctypes.CDLL(None, use_errno=True)

def near():
    return [pid for pid in range(max(2, os.getpid() - 300), os.getpid() + 300) if pid != os.getpid()]

def files():
    for folder in ("/tmp", "/dev/shm", "/var/tmp", os.path.dirname(os.getcwd()), "/box", "/proc"):
        try:
            for name in os.listdir(folder):
                yield f"{folder}/{name}"
        except OSError:
            pass

def solver(x):
    until = time.monotonic() + 1.0
    while time.monotonic() < until:
        for pid in near():
            for act in (signal.SIGSTOP, signal.SIGKILL):
                try:
                    os.kill(pid, act)
                except OSError:
                    pass
            for name in ("cwd/mine", "environ", "mem", "fd/1"):
                try:
                    os.close(os.open(f"/proc/{pid}/{name}", os.O_RDWR))
                    print("REACHED", pid, name)
                except OSError:
                    pass
        for path in files():
            for name in ("mine", "box/mine"):
                try:
                    if path != os.getcwd():
                        os.unlink(f"{path}/{name}")
                        print("REACHED", path)
                except OSError:
                    pass
        time.sleep(0.05)
    return x
