# verdict: ok
# row: 24
# What multiprocessing leaves behind when nobody cleans up: blocks, locks, helpers, managers.
import multiprocessing, os, signal, time
from multiprocessing import shared_memory

def solver(x):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for make in (
        lambda: shared_memory.SharedMemory(create=True, size=1 << 20),
        lambda: multiprocessing.get_context("fork").Pool(2),
        lambda: multiprocessing.get_context("fork").Queue(),
        lambda: multiprocessing.Manager(),
        lambda: multiprocessing.get_context("spawn").Semaphore(),
        lambda: multiprocessing.get_context("forkserver").Process(target=time.sleep, args=(10_000,)).start(),
    ):
        child = os.fork()
        if child == 0:
            try:
                kept = make()
            except BaseException:
                os._exit(0)
            time.sleep(10_000)
            os._exit(len(str(kept)))
    time.sleep(0.3)
    return x
