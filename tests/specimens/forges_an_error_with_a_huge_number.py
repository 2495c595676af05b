# verdict: protocol_error
# row: 64
import os, struct

def frame(kind, payload=b"", seq=1, magic=b"SOL1", nbytes=None):
    return struct.pack("<4sBBHIQ", magic, kind, 0, 0, seq, len(payload) if nbytes is None else nbytes) + payload

def solver(x):
    os.write(4, frame(3, b'{"ended_by": "exception", "message": "", "code": ' + b'9' * 60_000 + b'}', seq=3))
    return x
