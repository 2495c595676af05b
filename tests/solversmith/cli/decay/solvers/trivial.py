"""Nothing happens: the start at every time."""


def solver(start, times, rate):
    return [start for _ in times]
