# verdict: bad_output
# problem: json
def solver(n):
    plan = []
    plan += [plan, plan]
    return plan
