# verdict: crash or output_limit or protocol_error or time_limit
# row: 64
# wall: 1
# Whoever reads until there is nothing more reads forever.
import os

def solver(x):
    if os.fork() == 0:
        while True:
            os.write(4, b"SOL1\x06\0\0\0" + bytes(12))
    os._exit(0)
