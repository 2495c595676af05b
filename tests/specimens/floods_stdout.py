# verdict: output_limit
# row: 28
def solver(x):
    while True:
        print("x" * 1000)
