"""The formula."""

import math


def solver(start, times, rate):
    return [start * math.exp(-rate * t) for t in times]
