# verdict: ok
# row: 17, 22, 34, 35, 36
# Each is refused by the filter, with EPERM, and not for another reason.
import ctypes, platform

EPERM = 1
NUMBERS = {  # x86_64, aarch64, arguments
    "unshare": (272, 97, (0x10000000,)),
    "unshare mounts": (272, 97, (0x00020000,)),
    "setns": (308, 268, (0, 0)),
    "mount": (165, 40, (b"none", b"/box", b"tmpfs", 0, 0)),
    "chroot": (161, 51, (b"/",)),
    "pivot_root": (155, 41, (b"/", b"/")),
    "open_tree": (428, 428, (-100, b"/", 1)),
    "fsopen": (430, 430, (b"tmpfs", 0)),
    "keyctl": (250, 219, (0, -3, 1)),
    "add_key": (248, 217, (b"user", b"name", b"value", 5, -3)),
    "io_uring_setup": (425, 425, (1, bytes(128))),
    "bpf": (321, 280, (0, bytes(128), 128)),
    "perf_event_open": (298, 241, (bytes(128), 0, -1, -1, 0)),
    "userfaultfd": (323, 282, (1,)),
    "shmget": (29, 194, (0, 4096, 0o1600)),
    "msgget": (68, 186, (0, 0o1600)),
    "semget": (64, 190, (0, 1, 0o1600)),
    "mq_open": (240, 180, (b"q", 0o102, 0o600, 0)),
    # What others of the same user have made is reached by its number, without any of the above.
    "shmat": (30, 196, (0, 0, 0)),
    "shmctl: list": (31, 195, (0, 14, bytes(128))),
    "semop": (65, 193, (0, bytes(6), 1)),
    "semctl: list": (66, 191, (0, 0, 19, bytes(128))),
    "semtimedop": (220, 192, (0, bytes(6), 1, 0)),
    "msgsnd": (69, 189, (0, bytes(16), 1, 0o4000)),
    "msgrcv": (70, 188, (0, bytes(16), 1, 0, 0o4000)),
    "msgctl: list": (71, 187, (0, 12, bytes(128))),
    "mq_unlink": (241, 181, (b"q",)),
    "mq_timedsend": (242, 182, (0, b"x", 1, 0, 0)),
    "mq_timedreceive": (243, 183, (0, bytes(16), 16, 0, 0)),
    "mq_notify": (244, 184, (0, 0)),
    "mq_getsetattr": (245, 185, (0, 0, bytes(64))),
    # Flags of a file that stay, through a descriptor that can only read.
    "ioctl: flags": (16, 29, (0, 0x40086602, bytes(8))),
    "ioctl: flags, upper half set": (16, 29, (0, ctypes.c_ulong(0x140086602), bytes(8))),
    "ioctl: version": (16, 29, (0, 0x40087602, bytes(8))),
    "ioctl: extended flags": (16, 29, (0, 0x401C5820, bytes(64))),
    "ioctl: verity": (16, 29, (0, 0x40806685, bytes(128))),
    # A pipe holds the whole folio of a page that is spliced into it, even when the file is gone.
    "splice": (275, 76, (0, 0, 1, 0, 1, 0)),
    "tee": (276, 77, (0, 1, 1, 0)),
    "sendfile": (40, 71, (1, 0, 0, 1)),
    "ioctl: addresses of the network": (16, 29, (0, 0x8912, bytes(16))),
    "ioctl: address of a card": (16, 29, (0, 0x8927, bytes(40))),
    "memfd_secret": (447, 447, (0,)),
    "fanotify_init": (300, 262, (0, 0)),
    "open_by_handle_at": (304, 265, (0, bytes(64), 0)),
    "syslog": (103, 116, (3, bytes(64), 64)),
    # Others of the same user have small pipes when this one has large ones; hints on files stay.
    "fcntl: size of a pipe": (72, 25, (1, 1031, 1 << 20)),
    "fcntl: hint on a file": (72, 25, (0, 1036, bytes(8))),
    "fcntl: hint on an open file": (72, 25, (0, 1038, bytes(8))),
    "prctl: a core alone": (157, 167, (62, 1, 0, 0, 0)),
    "prctl: memory of the kernel for locks": (157, 167, (78, 1, 1 << 21, 0, 0)),
    "close_range: descriptors of one thread alone": (436, 436, (250, 250, 2)),
    "clone: the same": (56, 220, (0x10900, 0, 0, 0, 0)),
    "clone into a user namespace": (56, 220, (0x10000000 | 17, 0, 0, 0, 0)),
    "prctl: outlive the parent": (157, 167, (1, 0, 0, 0, 0)),
}
libc = ctypes.CDLL(None, use_errno=True)

def solver(x):
    index = {"x86_64": 0, "aarch64": 1}[platform.machine()]
    for name, (*numbers, arguments) in NUMBERS.items():
        ctypes.set_errno(0)
        if libc.syscall(numbers[index], *arguments) >= 0 or ctypes.get_errno() != EPERM:
            print("REACHED", name, ctypes.get_errno())
    if libc.syscall(435, bytes(88), 88) >= 0 or ctypes.get_errno() != 38:
        print("REACHED clone3")
    return x
