# verdict: crash
# row: 47, 61
# problem: target
import os

class Hostile:
    def __array__(self, dtype=None, copy=None):
        os._exit(0)

def solver(x):
    return Hostile()
