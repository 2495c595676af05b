# verdict: syntax_error or runtime_error or memory_limit or crash
# append: "y = " + "1+" * 500_000 + "1"
def solver(x):
    return x
