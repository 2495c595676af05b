# verdict: non_finite
# row: 60
def solver(x):
    return [0.0] * 7 + [float("-inf")]
