# verdict: crash
# row: 46
# plain user: yes
import ctypes

def solver(x):
    ctypes.string_at(0)
