# verdict: L3=ok L2=time_limit
# row: 49
# wall: 1
import os, signal

def solver(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    return x
