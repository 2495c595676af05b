# verdict: non_finite
# row: 60
# problem: target
# plain user: yes
def solver(x):
    return [float("nan")] * 8
