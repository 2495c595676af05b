# verdict: memory_limit
# row: 20
# wall: 30
# levels: L3
# Many processes with many mappings each make it slow to look at their memory.
import ctypes, mmap, os, time

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]

def solver(x):
    count = 20_000
    base = libc.mmap(None, count * 4096, 0, 0x22, -1, 0)
    for number in range(0, count, 2):
        libc.mprotect(base + number * 4096, 4096, 1)
    for _ in range(30):
        if os.fork() == 0:
            time.sleep(10_000)
    kept = []
    for _ in range(24):
        part = mmap.mmap(-1, 64 << 20)
        for start in range(0, 64 << 20, 1 << 20):
            part[start : start + (1 << 20)] = b"x" * (1 << 20)
        kept.append(part)
    print("REACHED six times the limit", flush=True)
    time.sleep(10_000)
