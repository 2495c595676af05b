# verdict: ok
# row: 48
# problem: anytime
# wall: 1
def solve(n):
    yield {"tour": list(range(n))}
    while True:
        pass
