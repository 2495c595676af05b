# verdict: ok
# row: 22
# at L0: REACHED shmget, REACHED msgget, REACHED semget
# What outlives a process and belongs to no file system.
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def solver(x):
    for name, arguments, remove in (
        ("shmget", (0, 1 << 20, 0o1600), libc.shmctl),
        ("msgget", (0, 0o1600), libc.msgctl),
        ("semget", (0, 1, 0o1600), lambda key, command, _: libc.semctl(key, 0, command)),
    ):
        key = getattr(libc, name)(*arguments)
        if key >= 0:
            print("REACHED", name)
            remove(key, 0, None)
    return x
