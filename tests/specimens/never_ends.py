# verdict: time_limit
# row: 48
# wall: 1
def solver(x):
    while True:
        pass
