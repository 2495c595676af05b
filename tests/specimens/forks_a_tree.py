# verdict: time_limit
# row: 16
# wall: 0.7
# Everybody forks, by a call that Python does not make: whoever kills one by one is too slow.
import ctypes, os, platform, signal, time

CLONE = {"x86_64": 56, "aarch64": 220}[platform.machine()]
libc = ctypes.CDLL(None, use_errno=True)

def solver(x):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    born = 0
    while True:
        if libc.syscall(CLONE, signal.SIGCHLD, 0, 0, 0, 0) > 0:
            born += 1
            if born > 128:  # twice the limit, by one of them alone
                print("REACHED more processes than allowed", flush=True)
        else:
            time.sleep(0.02)
