# verdict: infeasible
# row: 58
# problem: anytime
# An npz file of 100 KB that would unpack to 100 MB: nobody unpacks it.
import io, os, struct, zipfile

def solve(n):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bomb, bomb.open("tour.npy", "w") as entry:
        entry.write(b"\x93NUMPY\x01\x00\x46\x00{'descr': '<i8', 'fortran_order': False, 'shape': (13107200,), }\n")
        for _ in range(100):
            entry.write(bytes(1 << 20))
    text = file.getvalue()
    text += bytes(-len(text) % 8)
    frame = struct.pack("<4sBBHIQ", b"SOL1", 1, 0, 0, 3, len(text) + 8) + struct.pack("<Q", len(text)) + text
    while frame:
        frame = frame[os.write(4, frame):]
    os.write(4, struct.pack("<4sBBHIQ", b"SOL1", 2, 0, 0, 4, 0))
    os._exit(0)
