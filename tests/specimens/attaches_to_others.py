# verdict: ok
# row: 5, 6
import ctypes, os, platform

NUMBERS = {"x86_64": (101, 310, 312, 438, 434), "aarch64": (117, 270, 272, 438, 434)}
PTRACE, READV, KCMP, GETFD, OPEN = NUMBERS[platform.machine()]
libc = ctypes.CDLL(None, use_errno=True)

def solver(x):
    for pid in (os.getppid(), @OWNER@, @SUPERVISOR@, @SENTINEL@):
        if pid in (0, os.getpid()):
            continue
        buffer = ctypes.create_string_buffer(64)
        vector = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 64)
        if libc.syscall(PTRACE, 0x4206, pid, 0, 0) == 0:  # PTRACE_SEIZE
            print("REACHED by ptrace", pid)
        if libc.syscall(READV, pid, vector, 1, vector, 1, 0) >= 0 or ctypes.get_errno() != 1:
            print("REACHED process_vm_readv", pid)
        if libc.syscall(KCMP, pid, os.getpid(), 0, 0, 0) >= 0 or ctypes.get_errno() != 1:
            print("REACHED kcmp", pid)
        handle = libc.syscall(OPEN, pid, 0)
        if handle >= 0 and libc.syscall(GETFD, handle, 0, 0) >= 0:
            print("REACHED pidfd_getfd", pid)
    return x
