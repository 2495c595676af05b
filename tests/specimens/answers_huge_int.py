# verdict: bad_output
# problem: anytime
def solve(n):
    yield {"tour": [10**400] * n}
