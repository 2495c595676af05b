# verdict: ok
# problem: json
# plain user: yes
def solver(n):
    return list(range(n))
