# verdict: memory_limit
# row: 19
# wall: 20
def solver(x):
    kept = []
    while True:
        kept.append(b"x" * (16 << 20))
