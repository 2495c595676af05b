# verdict: ok
# row: 37
# at L0: REACHED no filter
# Capabilities, the filter and the promise of no new privileges: what a process may do about itself.
import ctypes, os, platform, struct

libc = ctypes.CDLL(None, use_errno=True)
CAPGET, CAPSET = {"x86_64": (125, 126), "aarch64": (90, 91)}[platform.machine()]
HEADER = struct.pack("<Ii", 0x20080522, 0)
NO_NEW_PRIVILEGES, SECCOMP = 39, 21

def capabilities():
    data = ctypes.create_string_buffer(24)
    libc.syscall(CAPGET, HEADER, data)
    return struct.unpack("<6I", data.raw)

def solver(x):
    if any(capabilities()):
        print("REACHED capabilities", capabilities())
    libc.syscall(CAPSET, HEADER, struct.pack("<6I", *[0xFFFFFFFF] * 6))
    for number in range(41):
        libc.prctl(47, 2, number, 0, 0)  # PR_CAP_AMBIENT_RAISE
    if any(capabilities()):
        print("REACHED more capabilities", capabilities())
    for option, values in {8: (1,), 28: (0xFF,), 38: (0,), 22: (0, 2), 36: (1,), 35: range(1, 15)}.items():
        for value in values:
            libc.prctl(option, value, 0, 0, 0)  # keep caps, secure bits, privileges, filter, subreaper, memory map
    libc.personality(0x0040000)
    if libc.prctl(NO_NEW_PRIVILEGES, 0, 0, 0, 0) != 1 or libc.prctl(SECCOMP, 0, 0, 0, 0) != 2:
        print("REACHED no filter")
    if libc.prctl(1, 0, 0, 0, 0) == 0 and os.getpid() == 1:
        print("REACHED a life without its parent")
    for change in (lambda: os.setresuid(0, 0, 0), lambda: os.setresgid(0, 0, 0), lambda: os.initgroups("root", 0)):
        try:
            change()
            print("REACHED another user")
        except OSError:
            pass
    return x
