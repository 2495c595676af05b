# verdict: ok
# row: 36
# at L0: REACHED rules
import ctypes, struct

libc = ctypes.CDLL(None, use_errno=True)

def solver(x):
    ruleset = libc.syscall(444, struct.pack("<QQ", 0, 3), 16, 0)
    made = 0
    for port in range(1000):
        made += ruleset >= 0 and libc.syscall(445, ruleset, 2, struct.pack("<QQ", 1, port), 0) == 0
    if made == 1000:
        print("REACHED rules")
    return x
