# verdict: runtime_error
# row: 45
def solver(x):
    return solver(x)
