# verdict: bad_output
# problem: json
def solver(n):
    return [float('nan')] * n
