"""Capacitated facility location as numbers: `n m`, then `capacity cost` of each facility, demands, costs.

The format of the published data set (`.plc`, `.txt`). After the n facilities come the m demands and then, for
each facility, the cost of serving the whole demand of each customer. Where lines end does not matter.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frontierco.facilities import FacilityInstance
from frontierco.readers.rows import line_of_word
from frontierco.readers.text import read_text, shown
from solversmith.errors import BadData

MOST_OF_EACH = 1_000_000
LARGEST = 1e18  # of any number, so that objectives stay finite
_HEAD = re.compile(rb"\s*(\d{1,7})\s+(\d{1,7})(?=\s|$)")
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_PLAIN = b"0123456789. \t\n"
_PIECE = 1 << 18  # bytes
_MOST_DIGITS = 15  # and so below 2**53
_POWERS = 10.0 ** np.arange(_MOST_DIGITS + 1)


def read_cflp(path: Path) -> FacilityInstance:
    """The instance of a file; facilities and customers count from 0.

    Raises `BadData`, naming the line where there is one: no two positive integers at the beginning, what is
    no finite number or above 1e18, fewer or more numbers than they ask for, a capacity that is not positive,
    a negative cost or demand, less capacity than demand.
    """
    text = read_text(path)
    match = _HEAD.match(text)
    if match is None:
        first = shown(text.lstrip().partition(b"\n")[0])
        raise BadData(f"{first}; expected 'n m', facilities and customers", path, 1)
    n, m = int(match[1]), int(match[2])
    if not (1 <= n <= MOST_OF_EACH and 1 <= m <= MOST_OF_EACH):
        raise BadData(f"{n} facilities, {m} customers; expected 1 to {MOST_OF_EACH} of each", path, 1)
    values = _numbers(text, path)[2:]
    if (surplus := values.size - (2 * n + m + n * m)) != 0:
        line = line_of_word(text, values.size + 2 - surplus if surplus > 0 else -1)
        raise BadData(_wrong_count(values.size, n, m), path, line)
    facilities = values[: 2 * n].reshape(n, 2)
    instance = FacilityInstance(
        facilities[:, 0].copy(),
        facilities[:, 1].copy(),
        values[2 * n : 2 * n + m],
        values[2 * n + m :].reshape(n, m),
    )
    _refuse_out_of_range(instance, values, text, path)
    if instance.capacities.sum() < instance.demands.sum():
        total, demand = instance.capacities.sum(), instance.demands.sum()
        words = f"a capacity of {total:g} in all; expected at least the total demand of {demand:g}"
        raise BadData(words, path, line_of_word(text, 0))
    return instance


def _numbers(text: bytes, path: Path) -> NDArray[np.float64]:
    """All numbers of the text. Raises `BadData` for anything else in it."""
    parts = []
    for piece in _pieces(text):
        values = _plain_numbers(piece)
        if values is None:
            return _any_numbers(text, path)
        parts.append(values)
    return np.concatenate(parts)


def _pieces(text: bytes) -> Iterator[bytes]:
    """The text in pieces that fit into a cache, cut at line ends."""
    begin = 0
    while begin < len(text):
        end = text.find(b"\n", begin + _PIECE)
        end = len(text) if end < 0 else end + 1
        yield text[begin:end]
        begin = end


def _any_numbers(text: bytes, path: Path) -> NDArray[np.float64]:
    """All numbers of the text, token by token."""
    found = []
    for line, content in enumerate(text.split(b"\n"), 1):
        for token in content.split():
            if not (_NUMBER.fullmatch(token) and math.isfinite(float(token))):
                raise BadData(f"{shown(token)} where a finite number was expected", path, line)
            found.append(float(token))
    return np.array(found)


def _plain_numbers(text: bytes) -> NDArray[np.float64] | None:
    """Numbers of digits and a point, in half of the time; `None` where there is anything else.

    A whole number below 2**53 over a power of ten up to 10**22 is rounded once only, so that the result is
    the double that is nearest to the text.
    """
    if text.translate(None, _PLAIN):
        return None
    characters = np.frombuffer(b" " + text + b" ", dtype=np.uint8)
    others = np.flatnonzero(characters < ord("0"))  # blanks and points, between two blanks at least
    is_point = characters[others] == ord(".")
    blanks = np.flatnonzero(~is_point)
    lengths, points = np.diff(others[blanks]) - 1, np.diff(blanks) - 1
    is_number = lengths > 0
    lengths, points = lengths[is_number], points[is_number]
    if not lengths.size:  # `numpy.fromstring` makes a number of blanks alone
        return np.empty(0)
    if (points > 1).any() or (lengths > _MOST_DIGITS).any() or (lengths == points).any():
        return None
    numbers = np.fromstring(text.translate(None, b"."), dtype=np.int64, sep=" ")
    decimals = np.zeros(numbers.size, dtype=np.int8)
    at = np.flatnonzero(is_point)
    decimals[points == 1] = others[at + 1] - others[at] - 1
    values: NDArray[np.float64] = numbers / _POWERS[decimals]
    return values


def _wrong_count(found: int, n: int, m: int) -> str:
    """Where the numbers end, in the words of the format."""
    expected = 2 * n + m + n * m
    if found > expected:
        return f"{found - expected} numbers more than {n} facilities and {m} customers have"
    if found < 2 * n:
        place = f"facility {found // 2}"
    elif found < 2 * n + m:
        place = f"the demand of customer {found - 2 * n}"
    else:
        facility, customer = divmod(found - 2 * n - m, m)
        place = f"the cost of facility {facility} for customer {customer}"
    return f"it ends before {place} ({found + 2} of {expected + 2} numbers); truncated?"


def _refuse_out_of_range(
    instance: FacilityInstance, values: NDArray[np.float64], text: bytes, path: Path
) -> None:
    n, m = len(instance.capacities), len(instance.demands)
    for place in np.flatnonzero(instance.capacities <= 0)[:1]:
        line = line_of_word(text, 2 + 2 * int(place))
        capacity = instance.capacities[place]
        raise BadData(f"the capacity of facility {place} is {capacity:g}; expected more than 0", path, line)
    for index in np.flatnonzero((values < 0) | (values > LARGEST))[:1]:
        if index < 2 * n:
            what = f"the {'fixed cost' if index % 2 else 'capacity'} of facility {index // 2}"
        elif index < 2 * n + m:
            what = f"the demand of customer {index - 2 * n}"
        else:
            facility, customer = divmod(int(index) - 2 * n - m, m)
            what = f"the cost of facility {facility} for customer {customer}"
        raise BadData(
            f"{what} is {values[index]:g}; expected 0 to {LARGEST:g}",
            path,
            line_of_word(text, 2 + int(index)),
        )
