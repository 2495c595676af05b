# verdict: protocol_error
# row: 64
# wall: 5
import os, struct

def frame(kind, payload=b"", seq=1, magic=b"SOL1", nbytes=None):
    return struct.pack("<4sBBHIQ", magic, kind, 0, 0, seq, len(payload) if nbytes is None else nbytes) + payload

def solver(x):
    import time
    os.close(4)
    time.sleep(10_000)
