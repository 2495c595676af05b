# verdict: ok
# row: 38
# at L0: REACHED by libc, REACHED by the kernel, REACHED in a child, REACHED by taskset
# Which cores are its own is not for a program to say.
import ctypes, os, platform, subprocess, threading

libc = ctypes.CDLL(None, use_errno=True)
SET = {"x86_64": 203, "aarch64": 122}[platform.machine()]
ALL = b"\xff" * 128

def attempt(how, act):
    try:
        act()
        print("REACHED", how, flush=True)
    except OSError:
        pass

def by_kernel():
    if libc.syscall(SET, 0, len(ALL), ALL) < 0:
        raise OSError

def by_taskset():
    if subprocess.run(["taskset", "-p", "ff", str(os.getpid())], capture_output=True).returncode:
        raise OSError

def in_child():
    pid = os.fork()
    if pid == 0:
        os._exit(0 if libc.sched_setaffinity(0, len(ALL), ALL) == 0 else 1)
    if os.waitpid(pid, 0)[1]:
        raise OSError

def solver(x):
    before = os.sched_getaffinity(0)
    attempt("by libc", lambda: os.sched_setaffinity(0, range(os.cpu_count())))
    attempt("by the kernel", by_kernel)
    attempt("in a child", in_child)
    attempt("by taskset", by_taskset)
    thread = threading.Thread(target=attempt, args=("in a thread", by_kernel))
    thread.start()
    thread.join()
    if os.sched_getaffinity(0) != before:
        print("REACHED other cores")
    return x
