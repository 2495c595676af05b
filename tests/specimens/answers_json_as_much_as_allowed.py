# verdict: bad_output or infeasible
# row: 67
# problem: json
# A megabyte of what is slow to read elsewhere: many short lists, long numbers, escapes.
def solver(n):
    numbers = b"-9223372036854775808," * 12_000
    escapes = b'"' + b"\\u00e9" * 40_000 + b'",'
    return b"[" + numbers + escapes + b"[]," * 100_000 + b"0]"
