# verdict: syntax_error
def solver(x)
    return x
