# verdict: runtime_error
def solver(x):
    exec("1 +")
