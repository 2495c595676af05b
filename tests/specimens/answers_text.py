# verdict: bad_output
# row: 60
# problem: target
def solver(x):
    return "0" * 8
