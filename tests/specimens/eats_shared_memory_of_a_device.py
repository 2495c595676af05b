# verdict: ok or memory_limit
# row: 21
# A shared mapping of /dev/zero is a file without a name, like shared memory without a file.
import mmap, os, time

def solver(x):
    kept = []
    try:
        fd = os.open("/dev/zero", os.O_RDWR)
        for _ in range(5):
            part = mmap.mmap(fd, 64 << 20)
            for start in range(0, 64 << 20, 1 << 20):
                part[start : start + (1 << 20)] = b"x" * (1 << 20)
                part.madvise(mmap.MADV_DONTNEED, start, 1 << 20)
            kept.append(part)
    except OSError:
        return x
    time.sleep(1)
    if all(part[5] == ord("x") for part in kept):
        print("REACHED more than the limit", flush=True)
    return x
