# verdict: no_code
def solve_it(x):
    return x
