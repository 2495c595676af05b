# verdict: bad_output
# row: 60
# problem: target
import numpy as np

def solver(x):
    return 2.0 * np.asarray(x) + 0j
