# verdict: crash
# row: 47
import os

def solver(x):
    os._exit(137)
