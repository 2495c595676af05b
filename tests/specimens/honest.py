# verdict: ok
# problem: target
# An honest program: without it, a sandbox that refuses everything would pass.
def solver(x):
    return [2.0 * value for value in x]
