# verdict: runtime_error
class Odd(BaseException):
    def __str__(self):
        raise self
    __repr__ = __str__

def solver(x):
    raise Odd
