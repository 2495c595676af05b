# verdict: syntax_error
# append: "y = " + "-" * 100_000 + "1"
# The parser of 3.11 gives up with a MemoryError.
def solver(x):
    return x
