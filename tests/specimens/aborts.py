# verdict: crash
import os

def solver(x):
    os.abort()
