# verdict: non_finite
# row: 60
# problem: target
def solver(x):
    return [float("nan")] * 8
