# verdict: runtime_error or crash
# row: 70
class Meta(type):
    @property
    def __name__(cls):
        raise KeyError("no name")

class Odd(Exception, metaclass=Meta):
    @property
    def __class__(self):
        raise OSError("no class")

    @property
    def __traceback__(self):
        raise OSError("no traceback")

def solver(x):
    raise Odd("odd")
