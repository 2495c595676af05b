# verdict: syntax_error
# append: "\0"
def solver(x):
    return x
