# verdict: output_limit
# row: 28
import os

def solver(x):
    while True:
        os.write(2, b"\xff" * 65536)
