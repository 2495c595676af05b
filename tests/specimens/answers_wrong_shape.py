# verdict: bad_output
# plain user: yes
def solver(x):
    return [0.0]  # broadcast, it would be a plausible answer
