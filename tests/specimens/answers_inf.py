# verdict: non_finite
def solver(x):
    return [0.0] * 7 + [float("-inf")]
