# verdict: ok
# row: 34, 35, 68
# What the launcher could do when it made the box: capabilities, namespaces, mounts. Each must fail, whatever the way.
import ctypes, os, platform

libc = ctypes.CDLL(None, use_errno=True)
index = {"x86_64": 0, "aarch64": 1}[platform.machine()]
NEW = {"user": 0x10000000, "pid": 0x20000000, "mount": 0x20000, "net": 0x40000000, "ipc": 0x8000000, "uts": 0x4000000, "cgroup": 0x2000000, "time": 0x80}
MOUNTS = {  # source, target, kind, flags
    "a remount": (b"none", b"/", b"", 0x20, 0),
    "a remount of the interpreter's folder": (b"none", os.__file__.rpartition("/")[0].encode(), b"", 0x1020, 0),
    "a mount over the solver environment": (b"none", b"/solver-env", b"tmpfs", 0, 0),
    "a bind over /etc": (b"/box", b"/etc", b"", 0x1000, 0),
    "a second /proc": (b"proc", b"/box", b"proc", 0, 0),
}
# x86_64, aarch64, arguments
CALLS = {
    "umount /proc": (166, 39, b"/proc", 2),
    "umount /box": (166, 39, b"/box", 2),
    "mount_setattr": (442, 442, -100, b"/", 0x8000, (ctypes.c_uint64 * 4)(0, 1, 0, 0), 32),
    "open_tree": (428, 428, -100, b"/", 0x8001),
    "move_mount": (429, 429, -100, b"/box", -100, b"/etc", 0),
    "pivot_root": (155, 41, b"/box", b"/box"),
    "chroot": (161, 51, b"/box"),
    "sethostname": (170, 161, b"other", 5),
    "settimeofday": (164, 170, (ctypes.c_long * 2)(1, 0), 0),
    "clock_settime": (227, 112, 0, (ctypes.c_long * 2)(1, 0)),
    "a block device": (133, 33, b"device", 0o60600, 0x801) if index == 0 else (33, 33, -100, b"device", 0o60600, 0x801),
    "setresuid": (117, 147, 0, 0, 0),
    "setgroups": (116, 159, 1, (ctypes.c_uint32 * 1)(0)),
    "keyctl: the session's keys": (250, 219, 0, -3, 1),
    "keyctl: a session of its own": (250, 219, 1, 0),
    "request_key": (249, 218, b"user", b"name", b"", -3),
    "seccomp: a listener": (317, 277, 1, 8, bytes(16)),
    "bpf": (321, 280, 5, bytes(128), 128),
}

def capset():
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    for sets in ((1 << 21, 1 << 21, 0), (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)):
        data = (ctypes.c_uint32 * 6)(*sets, *sets)
        if libc.syscall((126, 91)[index], header, data) == 0:
            print("REACHED capabilities", sets)
    data = (ctypes.c_uint32 * 6)()
    if libc.syscall((125, 90)[index], header, data) == 0 and any(data):
        print("REACHED capabilities that were left", list(data))

def prctl():
    for capability in range(41):
        if libc.prctl(47, 2, capability, 0, 0) == 0:  # PR_CAP_AMBIENT_RAISE
            print("REACHED an ambient capability", capability)
        if os.getpid() == 1 and libc.prctl(23, capability, 0, 0, 0) == 1:  # PR_CAPBSET_READ
            print("REACHED a capability in the bounding set", capability)
    if libc.prctl(28, 0x2F, 0, 0, 0) == 0:  # PR_SET_SECUREBITS
        print("REACHED secure bits")
    if libc.prctl(1, 0, 0, 0, 0) == 0:
        print("REACHED a life beyond that of the parent")
    if libc.prctl(39, 0, 0, 0, 0) != 1:
        print("REACHED new privileges")

def namespaces():
    for name, flag in NEW.items():
        if libc.unshare(flag) == 0:
            print("REACHED a namespace", name)
        for number in (flag | 17, flag | 0x8000 | 17):
            pid = libc.syscall((56, 220)[index], number, 0, 0, 0, 0)
            if pid == 0:
                os._exit(0)
            if pid > 0 and name != "time":  # for clone that bit is a signal's
                print("REACHED a process in a namespace", name)
        pid = libc.syscall(435, (ctypes.c_uint64 * 11)(flag, 0, 0, 0, 17), 88)
        if pid == 0:
            os._exit(0)
        if pid > 0:
            print("REACHED clone3", name)
    for name in ("user", "pid", "mnt", "net", "ipc", "uts", "cgroup"):
        try:
            fd = os.open(f"/proc/self/ns/{name}", os.O_RDONLY)
        except OSError:
            continue
        if libc.setns(fd, 0) == 0:
            print("REACHED setns", name)
        os.close(fd)

def solver(x):
    capset()
    prctl()
    namespaces()
    for name, arguments in MOUNTS.items():
        if libc.mount(*arguments) == 0:
            print("REACHED", name)
    for name, (one, two, *arguments) in CALLS.items():
        if libc.syscall((one, two)[index], *arguments) >= 0:
            print("REACHED", name)
    return x
