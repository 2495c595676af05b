# verdict: bad_output
def solver(x):
    return "0" * 8
