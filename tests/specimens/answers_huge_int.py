# verdict: bad_output
# row: 54, 60
# problem: anytime
def solve(n):
    yield {"tour": [10**400] * n}
