# verdict: crash
# row: 46
import os

def solver(x):
    os.abort()
