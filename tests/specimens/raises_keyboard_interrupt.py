# verdict: runtime_error
def solver(x):
    raise KeyboardInterrupt
