# verdict: output_limit
import os

def solver(x):
    while True:
        os.write(2, b"\xff" * 65536)
