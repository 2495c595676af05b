# verdict: crash
# row: 46
import ctypes

def solver(x):
    ctypes.string_at(0)
