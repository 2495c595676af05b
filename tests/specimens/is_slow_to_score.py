# verdict: infeasible
# row: 67
# problem: anytime
# The largest answer that is allowed, many times; `tests/contracts/test_largest_answers.py` asks real scorers.
import os, struct

def solve(n):
    data = struct.pack("<q", 2**63 - 1) * (1 << 17)
    payload = struct.pack("<Q", len(data)) + data
    for seq in range(3, 35):
        frame = struct.pack("<4sBBHIQ", b"SOL1", 1, 0, 0, seq, len(payload)) + payload
        while frame:
            frame = frame[os.write(4, frame):]
    os._exit(0)
    yield
