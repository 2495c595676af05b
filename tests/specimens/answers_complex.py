# verdict: bad_output
import numpy as np

def solver(x):
    return 2.0 * np.asarray(x) + 0j
