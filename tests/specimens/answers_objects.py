# verdict: bad_output
# row: 59
# problem: target
import numpy as np

def solver(x):
    return np.array([object()] * 8, dtype=object)
