"""Arguments from the payload, and the answer as an array of doubles; the standard library is enough."""

import array
import struct


def arguments(payload):
    """`solver(start, times, rate)`."""
    start, rate = struct.unpack("<2d", payload)
    return (start, [0.0, 0.25, 0.5, 0.75, 1.0], rate), {}


def answer(value, payload):
    """A list of five numbers."""
    if not isinstance(value, (list, tuple)) or len(value) != 5:
        raise ValueError("expected a list of 5 numbers, one for each time")
    return {"u": array.array("d", value)}
