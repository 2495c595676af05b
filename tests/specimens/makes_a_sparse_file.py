# verdict: ok
# row: 26
import os

def solver(x):
    try:
        with open("sparse", "wb") as file:
            file.truncate(1 << 40)
        print("REACHED a terabyte")
    except OSError:
        pass
    return x
