# verdict: memory_limit or time_limit
# row: 64, 67
# problem: anytime
# wall: 1
class Endless:
    def __iter__(self):
        while True:
            yield 1

def solve(n):
    yield {"tour": Endless()}
