# verdict: ok
# row: 17
# at L0: REACHED all watchers
import ctypes, platform

libc = ctypes.CDLL(None, use_errno=True)
SETUP, DESTROY = {"x86_64": (206, 207), "aarch64": (0, 1)}[platform.machine()]

def solver(x):
    watchers = 0
    while watchers < 120 and libc.inotify_init() >= 0:
        watchers += 1
    if watchers > 16:
        print("REACHED all watchers")
    made = []
    for _ in range(8):
        context = ctypes.c_ulong(0)
        if libc.syscall(SETUP, 1000, ctypes.byref(context)) == 0:
            made.append(context)
    if len(made) > 4:
        print("REACHED thousands of requests")
    for context in made:
        libc.syscall(DESTROY, context)
    return x
