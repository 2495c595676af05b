# verdict: memory_limit
# row: 20
# wall: 30
# levels: L3
# Many processes with many mappings each make it slow to look at their memory.
import ctypes, os, time

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
            kept = b"x" * (48 << 20)
            time.sleep(10_000)
    time.sleep(10)
    print("REACHED six times the limit", flush=True)
    time.sleep(10_000)
