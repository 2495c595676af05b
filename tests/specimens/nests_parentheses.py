# verdict: syntax_error
# append: "(" * 100_000 + ")" * 100_000
def solver(x):
    return x
