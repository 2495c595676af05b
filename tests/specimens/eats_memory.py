# verdict: memory_limit
# wall: 20
# plain user: yes
def solver(x):
    kept = []
    while True:
        kept.append(b"x" * (16 << 20))
