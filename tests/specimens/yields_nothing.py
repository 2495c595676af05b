# verdict: bad_output
# row: 64
# problem: anytime
def solve(n):
    return
    yield
