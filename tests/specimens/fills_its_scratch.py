# verdict: ok
# row: 23
# levels: L3
# There is no quota at L2, which says so.
def solver(x):
    written = 0
    try:
        for number in range(100):
            with open(f"file{number}", "wb", buffering=0) as file:
                for _ in range(4):
                    written += file.write(b"x" * (1 << 20))
    except OSError:
        pass
    if written > 32 << 20:
        print("REACHED", written, "bytes")
    return x
