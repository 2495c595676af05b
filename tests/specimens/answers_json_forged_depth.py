# verdict: bad_output
# row: 64, 67
# problem: json
import os, struct

def forge(text):
    part = struct.pack("<Q", len(text)) + text
    data = struct.pack("<4sBBHIQ", b"SOL1", 1, 0, 0, 3, len(part)) + part
    data += struct.pack("<4sBBHIQ", b"SOL1", 2, 0, 0, 4, 0)
    while data:
        data = data[os.write(4, data):]

def solver(n):
    forge(b"[" * 200_000)
    while True:
        pass
