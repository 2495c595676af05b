# verdict: L3=ok L2=crash
# row: 7
# The first process of a pid namespace can't be ended from inside.
import os, signal

def solver(x):
    os.kill(0, signal.SIGKILL)
    return x
