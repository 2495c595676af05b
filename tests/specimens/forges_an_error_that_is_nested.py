# verdict: protocol_error
# A parser that runs out of stack must not take its process with it.
import os, struct

def frame(kind, payload=b"", seq=1, magic=b"SOL1", nbytes=None):
    return struct.pack("<4sBBHIQ", magic, kind, 0, 0, seq, len(payload) if nbytes is None else nbytes) + payload

def solver(x):
    os.write(4, frame(3, b'[' * 60_000, seq=3))
    return x
