# verdict: time_limit
# wall: 30
# cpu: 1
def solver(x):
    while True:
        pass
