# verdict: runtime_error
# row: 70
class Odd(BaseException):
    def __str__(self):
        raise self
    __repr__ = __str__

def solver(x):
    raise Odd
