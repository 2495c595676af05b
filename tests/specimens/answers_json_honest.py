# verdict: ok
# problem: json
def solver(n):
    return list(range(n))
