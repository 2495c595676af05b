# verdict: ok or memory_limit
# row: 19
# Pages that no figure of a process counts, and such that can't be put away.
import ctypes, mmap

libc = ctypes.CDLL(None, use_errno=True)
HUGE, LOCKED, POPULATE = 0x40000, 0x2000, 0x8000

def solver(x):
    held, kept = 0, []
    for flags in (HUGE, HUGE | POPULATE, LOCKED):
        for _ in range(40):
            try:
                part = mmap.mmap(-1, 16 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | flags)
                part.write(b"x" * (16 << 20))
                held += 16
                kept.append(part)
            except (OSError, ValueError, MemoryError):
                break
    if held > 256 or libc.mlockall(3) == 0:
        print("REACHED", held, "MiB", flush=True)
    return x
