"""Explicit Euler; unstable where STEP is above 2 / rate."""

STEP = 1e-3  # knob: log 1e-4 2.5e-1 safe=low fast=high


def solver(start, times, rate):
    steps = max(1, round(0.25 / STEP))
    values, u = [start], start
    for _ in times[1:]:
        for _ in range(steps):
            u = u - 0.25 / steps * rate * u
        if abs(u) > 10 * abs(start):
            raise ArithmeticError("the solution grows: the step is too large")
        values.append(u)
    return values
