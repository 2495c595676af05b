"""Which system calls a program may not make. All others are allowed: numerical libraries use many."""

from __future__ import annotations

import errno
import platform

from sandbox import bpf, syscalls

# User, pid, mount, network, IPC, UTS and cgroup namespaces.
CLONE_NEW = 0x7E020000
CLONE_THREAD, CLONE_FILES = 0x10000, 0x400
CLOSE_RANGE_UNSHARE = 2

# The first, or a program would outlive its supervisor. PR_SCHED_CORE keeps others from the second thread of a
# core. PR_FUTEX_HASH takes as much memory of the kernel as it is asked to, which nobody counts.
_PRCTL = (1, 62, 78)

_DENIED = [
    "socket",
    "connect",
    "bind",
    "setsockopt",  # socket pairs are allowed; their buffers are memory that nobody counts
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "add_key",
    "request_key",
    "keyctl",
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "process_madvise",
    "kcmp",
    "pidfd_getfd",
    "userfaultfd",
    "bpf",
    "perf_event_open",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "move_mount",
    "open_tree",
    "open_tree_attr",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "mount_setattr",
    "quotactl",
    "quotactl_fd",
    "setns",
    "unshare",
    "memfd_create",
    "memfd_secret",
    "sched_setaffinity",
    "sched_setscheduler",
    "sched_setparam",
    "sched_setattr",
    "setpriority",
    "ioprio_set",
    # All of it: without a namespace of its own a program reaches what others have made, by number.
    "shmget",
    "shmat",
    "shmctl",
    "msgget",
    "msgsnd",
    "msgrcv",
    "msgctl",
    "semget",
    "semop",
    "semtimedop",
    "semctl",
    "mq_open",
    "mq_unlink",
    "mq_timedsend",
    "mq_timedreceive",
    "mq_notify",
    "mq_getsetattr",
    "fanotify_init",
    "open_by_handle_at",
    "name_to_handle_at",
    "swapon",
    "swapoff",
    "reboot",
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "kexec_file_load",
    "acct",
    "syslog",
    "sethostname",
    "setdomainname",
    "settimeofday",
    "clock_settime",
    "adjtimex",
    "clock_adjtime",
    "modify_ldt",
    "iopl",
    "ioperm",
    "vhangup",
    "migrate_pages",
    "move_pages",
    "lookup_dcookie",
    # What holds memory of the kernel, or of pages that no process has mapped, where nobody counts it.
    "vmsplice",
    "splice",
    "tee",
    "sendfile",  # into a pipe or socket it does the same; copying falls back to reading and writing
    "landlock_create_ruleset",
    "landlock_add_rule",
    "landlock_restrict_self",
    "setxattr",
    "lsetxattr",
    "fsetxattr",
    "setxattrat",
    # What is counted for a user or the whole machine, so that one program could use up everybody's.
    "inotify_init",
    "inotify_init1",
    "io_setup",
]

# Without namespaces: what would reach other processes and files of the same user. Landlock covers none of
# these; with setsid and setpgid gone, the process group is the whole tree.
_DENIED_WITHOUT_NAMESPACES = [
    "inotify_add_watch",  # tells the names of files in folders that can't be listed
    "removexattrat",
    "file_setattr",
    "setsid",
    "setpgid",
    "chmod",
    "fchmod",
    "fchmodat",
    "fchmodat2",
    "chown",
    "fchown",
    "lchown",
    "fchownat",
    "removexattr",
    "lremovexattr",
    "fremovexattr",
    "utime",
    "utimes",
    "futimesat",
    "utimensat",
]

_SIGNALS_WITH_PID = ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")
_SIGNALS_WITHOUT = ("tkill", "pidfd_send_signal")

# A file whose owner is another process signals that one: F_SETOWN, F_SETOWN_EX, FIOSETOWN, SIOCSPGRP.
_SIGNALS_BY_OWNER = (("fcntl", 8), ("fcntl", 15), ("ioctl", 0x8901), ("ioctl", 0x8902))

# Flags of a file that its owner may set through a descriptor that can only read, and that stay:
# FS_IOC_SETFLAGS and its 32-bit form, FS_IOC_SETVERSION and its, FS_IOC_FSSETXATTR, FS_IOC_ENABLE_VERITY.
_FILE_FLAGS = (0x40086602, 0x40046602, 0x40087602, 0x40047602, 0x401C5820, 0x40806685)

# F_SETPIPE_SZ: room is counted for a user, and few large pipes leave all others of that user with small ones.
# F_SET_RW_HINT, F_SET_FILE_RW_HINT: owners of a file may set them through a descriptor that can only read.
_FCNTL = (1031, 1036, 1038)

# Marks on files that all programs see, since all read the same libraries: F_SETLK, F_SETLKW, the two for open
# file descriptions, F_SETLEASE, F_NOTIFY. A file system may have no locks, so programs can do without.
_MARKS = (6, 7, 37, 38, 1024, 1026)

AF_UNIX, SOCK_TYPE, SOCK_DGRAM, SOCK_RAW = 1, 0x0F, 2, 3
MAP_TYPE, MAP_SHARED, MAP_ANONYMOUS = 0x0F, 0x01, 0x20

LANDLOCK_TRUNCATE, LANDLOCK_SCOPES = 3, 6  # versions that brought them


def machine() -> str:
    """This machine's name in the tables. Raises `OSError` if there is no table for it."""
    name = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    if name not in syscalls.AUDIT_ARCH:
        raise OSError(f"no system call table for {name}")
    return name


def program_filter(name: str, *, namespaces: bool, landlock_abi: int, pid: int) -> bytes:
    """The filter for programs, as the bytes of a BPF program.

    Parameters
    ----------
    name
        The machine, as `machine()` gives it.
    namespaces
        Whether the program has its own pid and mount namespaces; if not, more is denied.
    landlock_abi
        What Landlock does not cover yet at this version is denied here instead.
    pid
        The process that the filter is for: the only one it may signal where Landlock does not scope signals.
    """
    denied = list(_DENIED)
    checks = []
    if not namespaces:
        denied += _DENIED_WITHOUT_NAMESPACES
        denied += ["truncate"] if landlock_abi < LANDLOCK_TRUNCATE else []
        if landlock_abi < LANDLOCK_SCOPES:
            denied += _SIGNALS_WITHOUT
            checks = [(call, {"argument": 0, "unequal": pid}) for call in _SIGNALS_WITH_PID]
            checks += [(call, {"argument": 1, "equal": code}) for call, code in _SIGNALS_BY_OWNER]
    checks += [
        # Only connected pairs, which lead nowhere else: a datagram can be sent to any path.
        ("socketpair", {"argument": 0, "unequal": AF_UNIX}),
        *(
            ("socketpair", {"argument": 1, "mask": SOCK_TYPE, "equal": kind})
            for kind in (SOCK_DGRAM, SOCK_RAW)
        ),
        # It stays in memory as long as one page of it is mapped, and shows in no figure of a process.
        ("mmap", {"argument": 3, "mask": MAP_TYPE | MAP_ANONYMOUS, "equal": MAP_SHARED | MAP_ANONYMOUS}),
        *(("ioctl", {"argument": 1, "equal": code}) for code in _FILE_FLAGS),
        # Any socket would tell the names and addresses of this machine's network: SIOCGIFCONF and others.
        ("ioctl", {"argument": 1, "mask": 0xFFFFFF00, "equal": 0x8900}),
        ("clone", {"argument": 0, "mask": CLONE_NEW}),
        # Descriptors of one thread alone are not in the figures of its process.
        ("clone", {"argument": 0, "mask": CLONE_THREAD | CLONE_FILES, "equal": CLONE_THREAD}),
        ("close_range", {"argument": 2, "mask": CLOSE_RANGE_UNSHARE}),
        *(("prctl", {"argument": 0, "equal": option}) for option in _PRCTL),
        *(("fcntl", {"argument": 1, "equal": command}) for command in _FCNTL),
        ("prlimit64", {"argument": 0, "unequal": 0}),  # limits of other processes of this user
    ]
    forbidden = bpf.errno(errno.EPERM)
    rules = [bpf.Check(n, forbidden) for call in denied if (n := syscalls.number(call, name)) is not None]
    for call, test in checks:
        if (n := syscalls.number(call, name)) is not None:
            rules.append(bpf.Check(n, forbidden, **test))
    for call in ("sync", "syncfs"):  # nothing of a program's lasts; done, it would hold up everybody's disk
        if (n := syscalls.number(call, name)) is not None:
            rules.append(bpf.Check(n, bpf.errno(0)))
    no_locks = bpf.errno(errno.ENOLCK)
    fcntl, flock = (syscalls.number(call, name) for call in ("fcntl", "flock"))
    assert fcntl is not None
    assert flock is not None
    rules += [bpf.Check(flock, no_locks)]
    rules += [bpf.Check(fcntl, no_locks, argument=1, equal=command) for command in _MARKS]
    clone3 = syscalls.number("clone3", name)
    if clone3 is not None:  # its flags lie in memory that a filter can't read; libc falls back to clone
        rules.append(bpf.Check(clone3, bpf.errno(errno.ENOSYS)))
    return bpf.assemble(syscalls.AUDIT_ARCH[name], rules, x32=name == "x86_64")


def refusing_namespaces(name: str) -> bytes:
    """A filter that refuses namespaces and mounts with EPERM, as a container's default profile does."""
    forbidden = bpf.errno(errno.EPERM)
    calls = ("unshare", "setns", "mount", "umount2", "pivot_root", "chroot")
    rules = [bpf.Check(n, forbidden) for call in calls if (n := syscalls.number(call, name)) is not None]
    clone, clone3 = syscalls.number("clone", name), syscalls.number("clone3", name)
    assert clone is not None
    assert clone3 is not None
    rules.append(bpf.Check(clone, forbidden, argument=0, mask=CLONE_NEW))
    rules.append(bpf.Check(clone3, bpf.errno(errno.ENOSYS)))
    return bpf.assemble(syscalls.AUDIT_ARCH[name], rules, x32=name == "x86_64")
