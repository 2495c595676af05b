# verdict: bad_output
# problem: anytime
def solve(n):
    return
    yield
