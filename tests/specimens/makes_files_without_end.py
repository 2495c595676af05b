# verdict: ok or memory_limit
# wall: 60
# memory: 48
# levels: L3
# Empty files take no room in a scratch folder: their number is limited, or they count as the memory they are.
import os

def solver(x):
    try:
        for number in range(1_000_000):
            os.close(os.open(f"{number}", os.O_CREAT | os.O_WRONLY))
    except OSError:
        print("refused at", number)
        return x
    print("REACHED a million files")
    return x
