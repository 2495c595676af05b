# verdict: runtime_error
# row: 12, 13
# at L0: REACHED by sendto, REACHED by sendmsg, REACHED by connect
# Pairs are allowed; a datagram socket of one can still be pointed at anybody: the log, the service manager.
import socket

def solver(x):
    ours, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    ways = {
        "sendto": lambda: ours.sendto(b"secret", target),
        "sendmsg": lambda: ours.sendmsg([b"secret"], [], 0, target),
        "connect": lambda: ours.connect(target),
    }
    for target in ("@CANARY@/datagrams", "\0@ABSTRACT@-datagrams"):
        for name, attempt in ways.items():
            try:
                attempt()
                print("REACHED by", name, repr(target[:1]))
            except OSError:
                pass
    return x
