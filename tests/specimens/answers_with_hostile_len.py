# verdict: bad_output or memory_limit or crash
# row: 61
# problem: target
class Hostile:
    def __len__(self):
        return 1 << 62

    def __getitem__(self, index):
        return 0.0

def solver(x):
    return Hostile()
