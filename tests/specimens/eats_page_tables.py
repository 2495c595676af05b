# verdict: memory_limit
# row: 20
# wall: 20
# memory: 64
# Pages of nothing are no memory, but the tables that say where they are: 16 MiB for 8 GiB.
import ctypes, os, time

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
SIZE = 7 << 30

def solver(x):
    receive, send = os.pipe()
    for _ in range(6):
        if os.fork() == 0:
            start = libc.mmap(None, SIZE, 1, 0x4022, -1, 0)
            if start == ctypes.c_void_p(-1).value:
                os._exit(0)
            libc.madvise(start, SIZE, 15)  # no huge pages
            for place in range(start, start + SIZE, 2 << 20):
                ctypes.string_at(place, 1)  # a page of 4 KiB for every 2 MiB
            os.write(send, b"x")
            time.sleep(10_000)
    os.close(send)
    tables = sum(len(os.read(receive, 1)) for _ in range(6)) * (SIZE >> 9)
    time.sleep(1)
    if tables > 64 << 20:
        print("REACHED", tables >> 20, "MiB in page tables", flush=True)
    return x
