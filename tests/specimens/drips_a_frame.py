# verdict: time_limit
# row: 64
# wall: 1
import os, struct

def frame(kind, payload=b"", seq=1, magic=b"SOL1", nbytes=None):
    return struct.pack("<4sBBHIQ", magic, kind, 0, 0, seq, len(payload) if nbytes is None else nbytes) + payload

def solver(x):
    import time
    for byte in frame(1, struct.pack('<Q', 64) + bytes(64), seq=3):
        os.write(4, bytes([byte]))
        time.sleep(0.05)
    return x
