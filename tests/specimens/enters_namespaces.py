# verdict: ok
# row: 34
# at L0: REACHED unshare of users, REACHED clone of users, REACHED clone3 of users, REACHED chroot
# A user namespace gives capabilities in it, and with them file systems, packets and older doors of the kernel.
import ctypes, os, platform, signal, struct, subprocess

libc = ctypes.CDLL(None, use_errno=True)
CLONE = {"x86_64": 56, "aarch64": 220}[platform.machine()]
USER, MOUNTS, PIDS, NET, CGROUP, TIME = 0x10000000, 0x20000, 0x20000000, 0x40000000, 0x2000000, 0x80

def inside(name, act):
    """Whether it succeeds, in a process of its own."""
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if act() >= 0 else 1)
        except BaseException:
            os._exit(1)
    if os.waitpid(pid, 0)[1] == 0:
        print("REACHED", name, flush=True)

def cloned(flags):
    pid = libc.syscall(CLONE, flags | signal.SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    return pid

def cloned3():
    arguments = struct.pack("<11Q", USER, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, 0, 0, 0)
    pid = libc.syscall(435, arguments, len(arguments))
    if pid == 0:
        os._exit(0)
    return pid

def rooted():
    if libc.unshare(USER) < 0:
        return -1
    return libc.chroot(b"/")

def entered(path, kind=0):
    return libc.setns(os.open(path, os.O_RDONLY), kind)

def solver(x):
    for name, flags in {"users": USER, "users and mounts": USER | MOUNTS, "mounts": MOUNTS, "pids": PIDS,
                        "networks": NET, "groups": CGROUP, "clocks": TIME, "IPC": 0x8000000, "names": 0x4000000}.items():
        inside(f"unshare of {name}", lambda: libc.unshare(flags))
        inside(f"clone of {name}", lambda: cloned(flags)) if flags != TIME else None
    inside("clone3 of users", cloned3)
    inside("chroot", rooted)
    for pid in ("1", "self", str(os.getppid()), "@SUPERVISOR@", "@OWNER@"):
        for kind in ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time"):
            inside(f"/proc/{pid}/ns/{kind}", lambda: entered(f"/proc/{pid}/ns/{kind}"))
    flags = ctypes.c_ulong(4096)
    inside("mount", lambda: libc.mount(b"/", b".", b"none", flags, None))
    inside("umount", lambda: libc.umount2(b"/proc", 2))
    inside("pivot_root", lambda: libc.pivot_root(b".", b"."))
    for command in (["unshare", "-Ur", "true"], ["nsenter", "-t", "1", "-a", "true"], ["bwrap", "true"]):
        try:
            if subprocess.run(command, capture_output=True, timeout=5).returncode == 0:
                print("REACHED", command)
        except (OSError, subprocess.TimeoutExpired):
            pass
    return x
