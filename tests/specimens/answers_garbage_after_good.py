# verdict: bad_output
# problem: anytime
def solve(n):
    yield {"tour": list(range(n))}
    yield {"tour": "garbage"}
