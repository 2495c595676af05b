# verdict: memory_limit
# wall: 5
# The kernel's memory for buffers of sockets is in no figure of a process.
import os, socket, time

def fill():
    kept, held = [], 0
    try:
        while True:
            pair = socket.socketpair()
            kept += pair
            for end in pair:
                end.setblocking(False)
                try:
                    while True:
                        held += end.send(b"x" * 65536)
                except BlockingIOError:
                    pass
    except OSError:
        return kept, held

def solver(x):
    counts = []
    for _ in range(10):
        receive, send = os.pipe()
        counts.append(receive)
        if os.fork() == 0:
            kept, held = fill()
            os.write(send, b"%d" % (held >> 20))
            time.sleep(10_000)
    held = sum(int(os.read(count, 100)) for count in counts)
    if held > 320:
        print("REACHED", held, "MiB", flush=True)
    time.sleep(3)
    return x
