# verdict: bad_output
# row: 60
# problem: json
def solver(n):
    return [float('nan')] * n
