# verdict: ok or bad_output or crash or memory_limit or runtime_error
# problem: anytime
# row: 64
# wall: 2
# It grows and shrinks while it is read and sent: then it is what was sent, or no answer.
import threading

def solve(n):
    tour = list(range(n))
    running = True

    def change():
        while running:
            tour.extend(range(1000))
            del tour[n:]

    thread = threading.Thread(target=change, daemon=True)
    thread.start()
    for _ in range(300):
        yield {"tour": tour}
    running = False
    thread.join()
    yield {"tour": list(range(n))}
