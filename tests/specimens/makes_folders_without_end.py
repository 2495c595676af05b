# verdict: ok
# Deeper than a path can be long, and one that its owner may not enter: somebody has to remove them.
import os

def solver(x):
    os.mkdir("closed")
    os.mkdir("closed/inside", 0)
    try:
        for _ in range(3000):
            os.mkdir("deep")
            os.chdir("deep")
    except OSError:
        pass
    return x
