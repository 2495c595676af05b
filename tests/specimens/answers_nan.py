# verdict: non_finite
# plain user: yes
def solver(x):
    return [float("nan")] * 8
