# verdict: bad_output
# problem: target
def solver(x):
    return "0" * 8
