# verdict: crash
import os

def solver(x):
    os._exit(137)
