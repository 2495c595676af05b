# verdict: bad_output
# problem: json
def solver(n):
    return {1: 1, '1': 2}
