# verdict: ok
# row: 10, 11, 12, 13, 14, 15
# at L0: REACHED tcp, REACHED udp, REACHED abstract, REACHED path
import os, socket

def solver(x):
    def tcp():
        socket.create_connection(("127.0.0.1", @TCP@), timeout=1).close()

    def udp():
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"secret", ("127.0.0.1", @UDP@))

    def abstract():
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).connect("\0@ABSTRACT@")

    def path():
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).connect("@CANARY@/socket")

    def vsock():
        socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)

    def netlink():
        socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)

    def packet():
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)

    def listen():
        socket.create_server(("127.0.0.1", 0))

    def names():
        socket.getaddrinfo("localhost.localdomain.invalid", 80)

    for attempt in (tcp, udp, abstract, path, vsock, netlink, packet, listen, names):
        try:
            attempt()
            print("REACHED", attempt.__name__)
        except OSError:
            pass
    return x
