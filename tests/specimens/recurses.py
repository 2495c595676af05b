# verdict: runtime_error
def solver(x):
    return solver(x)
