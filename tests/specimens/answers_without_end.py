# verdict: memory_limit or time_limit
# problem: anytime
# wall: 1
class Endless:
    def __iter__(self):
        while True:
            yield 1

def solve(n):
    yield {"tour": Endless()}
