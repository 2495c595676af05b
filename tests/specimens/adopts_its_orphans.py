# verdict: ok
# row: 30
# Who becomes the parent of an orphan is a matter of settings; who dies with the program is not.
import ctypes, os, time

libc = ctypes.CDLL(None)

def solver(x):
    for number in range(3):
        if os.fork() == 0:
            libc.prctl(36, 1, 0, 0, 0)
            for _ in range(3):
                if os.fork() == 0:
                    if os.fork() == 0:
                        for act in (os.setsid, os.setpgrp):
                            try:
                                act()
                            except OSError:
                                pass
                        time.sleep(10_000)
                    os._exit(0)
            if number:
                os._exit(0)
            time.sleep(10_000)
    return x
