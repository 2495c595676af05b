# verdict: runtime_error or memory_limit
# row: 70
class Odd(BaseException):
    def __str__(self):
        return "A" * 100_000_000

def solver(x):
    raise Odd
