# verdict: syntax_error
# row: 70
# append: "x = '\ud800'"
def solver(x):
    return x
