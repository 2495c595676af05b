# verdict: output_limit
# plain user: yes
def solver(x):
    while True:
        print("x" * 1000)
