# verdict: time_limit
# wall: 1
while True:
    pass
