# verdict: ok
# problem: anytime
def solve(n):
    yield {"tour": list(reversed(range(n)))}
    yield {"tour": list(range(n))}
