# verdict: ok
# row: 64
# problem: anytime
# wall: 1
def solve(n):
    while True:
        yield {"tour": range(n)}
