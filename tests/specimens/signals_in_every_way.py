# verdict: ok
# row: 7
# at L0: REACHED kill, REACHED tgkill, REACHED tkill, REACHED rt_sigqueueinfo, REACHED pidfd_send_signal
# Signal 0 does nothing, and is checked like any other.
import ctypes, os, platform

NUMBERS = {  # x86_64, aarch64
    "kill": (62, 129),
    "tgkill": (234, 131),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
}
libc = ctypes.CDLL(None, use_errno=True)

def solver(x):
    information = (ctypes.c_int32 * 32)(0, 0, -1)  # SI_QUEUE
    index = {"x86_64": 0, "aarch64": 1}[platform.machine()]
    for pid in (@OWNER@, @SUPERVISOR@, @SENTINEL@):
        handle = libc.syscall(434, pid, 0)
        arguments = {
            "kill": (pid, 0),
            "tgkill": (pid, pid, 0),
            "tkill": (pid, 0),
            "rt_sigqueueinfo": (pid, 0, information),
            "rt_tgsigqueueinfo": (pid, pid, 0, information),
            "pidfd_send_signal": (handle, 0, None, 0),
        }
        for name, numbers in NUMBERS.items():
            if libc.syscall(numbers[index], *arguments[name]) == 0:
                print("REACHED", name, "of", pid)
    return x
