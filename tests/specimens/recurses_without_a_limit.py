# verdict: memory_limit or crash or runtime_error
# row: 45
# wall: 10
import sys

class Deep:
    def __repr__(self):
        return repr(self)

def solver(x):
    sys.setrecursionlimit(2**31 - 1)
    repr(Deep())
