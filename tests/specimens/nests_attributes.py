# verdict: syntax_error or crash or memory_limit or runtime_error
# append: "y = x" + ".a" * 100_000
def solver(x):
    return x
