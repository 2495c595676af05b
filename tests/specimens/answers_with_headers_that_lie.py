# verdict: infeasible
# row: 56, 57, 59
# problem: anytime
# npy files: 64 GiB of numbers, a header of half a megabyte, objects. Nobody takes a size or type from them.
import os, struct

def npy(header, version=1, length=None):
    text = header.encode()
    size = struct.pack("<H" if version == 1 else "<I", len(text) if length is None else length)
    data = b"\x93NUMPY" + bytes([version, 0]) + size + text
    return data + bytes(-len(data) % 8)

FILES = (
    npy("{'descr': '<f8', 'fortran_order': False, 'shape': (8589934592,), }\n"),
    npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }" + " " * 500_000, 2, 300 << 20),
    npy("{'descr': '|O', 'fortran_order': False, 'shape': (8,), }\n") + b"cos\nsystem\n(S'true'\ntR.",
    npy("(" * 60_000),
)

def solve(n):
    for number, text in enumerate(FILES, 3):
        text += bytes(-len(text) % 8)
        frame = struct.pack("<4sBBHIQ", b"SOL1", 1, 0, 0, number, len(text) + 8) + struct.pack("<Q", len(text)) + text
        while frame:
            frame = frame[os.write(4, frame):]
    os.write(4, struct.pack("<4sBBHIQ", b"SOL1", 2, 0, 0, 7, 0))
    os._exit(0)
