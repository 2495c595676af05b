# verdict: bad_output
# row: 64
# problem: anytime
def solve(n):
    yield {"tour": list(range(n))}
    yield {"tour": "garbage"}
