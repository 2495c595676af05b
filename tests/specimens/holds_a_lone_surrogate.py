# verdict: syntax_error
# append: "x = '\ud800'"
def solver(x):
    return x
