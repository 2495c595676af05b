# verdict: time_limit or output_limit
# row: 64
# wall: 1
import os, struct

def frame(kind, payload=b"", seq=1, magic=b"SOL1", nbytes=None):
    return struct.pack("<4sBBHIQ", magic, kind, 0, 0, seq, len(payload) if nbytes is None else nbytes) + payload

def solver(x):
    data, seq = b'', 3
    while True:
        os.write(4, b''.join(frame(6, seq=n) for n in range(seq, seq + 1000)))
        seq += 1000
