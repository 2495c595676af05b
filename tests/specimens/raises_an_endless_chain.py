# verdict: runtime_error
# row: 70
def solver(x):
    first = ValueError("first")
    second = ValueError("second", first)
    first.__context__, second.__context__ = second, first
    raise first
