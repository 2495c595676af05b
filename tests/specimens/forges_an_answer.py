# verdict: non_finite
# row: 64
import os, struct

def frame(kind, payload=b"", seq=1, magic=b"SOL1", nbytes=None):
    return struct.pack("<4sBBHIQ", magic, kind, 0, 0, seq, len(payload) if nbytes is None else nbytes) + payload

def solver(x):
    nan = struct.pack('<8d', *[float('nan')] * 8)
    os.write(4, frame(1, struct.pack('<Q', 64) + nan, seq=3) + frame(2, seq=4))
    return x
