# verdict: time_limit
# row: 39
# wall: 30
# cpu: 1
def solver(x):
    while True:
        pass
