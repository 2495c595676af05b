# verdict: non_finite
# problem: target
# plain user: yes
def solver(x):
    return [float("nan")] * 8
