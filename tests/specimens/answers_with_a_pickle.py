# verdict: infeasible
# row: 53
# problem: anytime
# plain user: yes
# Bytes that would call out if anybody unpickled them, sent as they are: they are read as integers.
import os, pickle, struct

class Caller:
    def __reduce__(self):
        return exec, ("import socket; socket.create_connection(('127.0.0.1', @TCP@)).close()",)

def solve(n):
    text = pickle.dumps(Caller())
    text += b"." * (-len(text) % 8)
    payload = struct.pack("<Q", len(text)) + text
    os.write(4, struct.pack("<4sBBHIQ", b"SOL1", 1, 0, 0, 3, len(payload)) + payload)
    os.write(4, struct.pack("<4sBBHIQ", b"SOL1", 2, 0, 0, 4, 0))
    os._exit(0)
