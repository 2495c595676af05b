# verdict: crash
# row: 70
class Leave(SystemExit):
    @property
    def code(self):
        raise RuntimeError("no code")

def solver(x):
    raise Leave
