# verdict: syntax_error
# plain user: yes
def solver(x)
    return x
