# verdict: bad_output
# row: 61, 67
# problem: json
def solver(n):
    plan = []
    plan += [plan, plan]
    return plan
