# verdict: ok
# row: 5
# at L0: REACHED traceme, REACHED by its parent
# Within its own tree, too: whoever traces can change calls after the filter has seen them.
import ctypes, os, platform, signal, time

libc = ctypes.CDLL(None, use_errno=True)
PTRACE = {"x86_64": 101, "aarch64": 117}[platform.machine()]

def solver(x):
    pid = os.fork()
    if pid == 0:
        done = libc.syscall(PTRACE, 0, 0, 0, 0)
        os._exit(7 if done == 0 else 0)
    if os.waitpid(pid, 0)[1] == 7 << 8:
        print("REACHED traceme")
    pid = os.fork()
    if pid == 0:
        time.sleep(10_000)
    if libc.syscall(PTRACE, 0x4206, pid, 0, 0) == 0:
        print("REACHED by its parent")
    os.kill(pid, signal.SIGKILL)
    return x
