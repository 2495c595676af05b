# verdict: time_limit
# wall: 1
def solver(x):
    while True:
        pass
