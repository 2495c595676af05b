# verdict: runtime_error
# row: 70
# What an exception says of itself may be anything that passes for a text.
class Text(str):
    def __bool__(self):
        raise RuntimeError("not even true")

    def __getitem__(self, key):
        raise RuntimeError("nor sliced")

    def __format__(self, spec):
        raise RuntimeError("nor formatted")

class Odd(Exception):
    def __str__(self):
        return Text("odd")

    @property
    def __class__(self):
        raise RuntimeError("nor asked")

def solver(x):
    raise Odd
