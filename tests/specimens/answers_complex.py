# verdict: bad_output
# problem: target
import numpy as np

def solver(x):
    return 2.0 * np.asarray(x) + 0j
