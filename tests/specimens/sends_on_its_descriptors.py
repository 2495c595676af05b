# verdict: ok
# row: 50
# What it was given: an empty input, two pipes for text, two for settings and frames. Nothing that leads on.
import ctypes, fcntl, os, platform, stat

libc = ctypes.CDLL(None, use_errno=True)
SENDMSG = {"x86_64": 46, "aarch64": 211}[platform.machine()]
RECVMSG = {"x86_64": 47, "aarch64": 212}[platform.machine()]

def solver(x):
    for fd in range(5):
        kind = os.fstat(fd).st_mode
        if not stat.S_ISFIFO(kind) and not (fd == 0 and stat.S_ISCHR(kind)):
            print("REACHED a descriptor of another kind", fd, oct(kind))
        for number in (SENDMSG, RECVMSG):
            if libc.syscall(number, fd, ctypes.create_string_buffer(56), 0x40) >= 0 or ctypes.get_errno() != 88:
                print("REACHED a socket", fd)
        for path in ("..", ".", "self/status", "proc/self/status", "1/root"):
            try:
                os.close(os.open(path, os.O_RDONLY, dir_fd=fd))
                print("REACHED", path, "from", fd)
            except NotADirectoryError:
                pass
    for fd, flag in ((3, os.O_WRONLY), (0, os.O_RDWR)):
        try:
            again = os.open(f"/proc/self/fd/{fd}", flag | os.O_NONBLOCK)
            if os.write(again, b"x") and fd == 3:
                os.close(again)  # its own input, written by itself: nobody else reads there
        except OSError:
            pass
    for name in ("pid", "user"):
        try:
            here = os.open(f"/proc/self/ns/{name}", os.O_RDONLY)
            fcntl.ioctl(here, 0xB702)  # NS_GET_PARENT: the namespace around its own
            print("REACHED the namespace around", name)
        except OSError:
            pass
    return x
