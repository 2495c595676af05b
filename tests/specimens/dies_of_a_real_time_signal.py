# verdict: L3=ok L2=crash
# Number 40 has no name. The first process of a pid namespace ignores it.
import os

def solver(x):
    os.kill(os.getpid(), 40)
    return x
