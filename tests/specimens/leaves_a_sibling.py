# verdict: ok
# row: 30
# A child of its parent's, which did not start it and may not wait for it.
import ctypes, os, platform, time

CLONE = {"x86_64": 56, "aarch64": 220}[platform.machine()]
CLONE_PARENT = 0x8000
libc = ctypes.CDLL(None, use_errno=True)

def solver(x):
    if libc.syscall(CLONE, CLONE_PARENT | 17, 0, 0, 0, 0) == 0:
        time.sleep(10_000)
        os._exit(0)
    return x
