# verdict: ok
# row: 18
import threading, time

def solver(x):
    threading.stack_size(65536)
    count = 0
    try:
        for _ in range(200):
            threading.Thread(target=time.sleep, args=(10_000,), daemon=True).start()
            count += 1
    except (RuntimeError, MemoryError):
        pass
    if count > 128:  # twice the limit
        print("REACHED", count, "threads", flush=True)
    return x
