"""Capacitated p-median instances: a line `n p`, then `x y capacity demand` for each customer.

The layout of the sets by Lorena and Senne and by Stefanello et al., and of OR-Library's after its header.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from frontierco.customers import CustomerSet
from frontierco.readers.rows import line_of, read_rows
from frontierco.readers.text import read_text, shown
from solversmith.errors import BadData

LARGEST = 1e12  # of any number: squares and sums stay finite and, rounded, fit 64 bits
LARGEST_COUNT = 10**8
_FIELDS = ("x", "y", "capacity", "demand")


def read_cpmp(path: Path) -> CustomerSet:
    """The customers in the order of the file, counting from 0.

    Raises `BadData`, naming the line where there is one; also for an instance that obviously has no solution:
    a demand above every capacity, or a total demand above the p largest capacities.
    """
    text = read_text(path)
    start = len(text) - len(text.lstrip())
    first = text.count(b"\n", 0, start) + 1
    head, _, body = text[start:].partition(b"\n")
    count, num_medians = _sizes(head, first, path)
    table = read_rows(body, _FIELDS, first + 1, path)
    if len(table) != count:
        line = line_of(body, count if len(table) > count else -1, first + 1) if len(table) else first
        why = "truncated?" if len(table) < count else "this one is too many"
        raise BadData(f"{len(table)} customers where line {first} says {count}; {why}", path, line)
    for wrong, words in (
        (np.abs(table) > LARGEST, f"expected at most {LARGEST:g}"),
        (table < [-np.inf, -np.inf, 0, 0], "expected none below 0"),
        (table == [np.inf, np.inf, 0, np.inf], "expected a positive number"),
    ):
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            line = line_of(body, int(row), first + 1)
            raise BadData(f"{_FIELDS[column]} is {table[row, column]:g}; {words}", path, line)
    capacities, demands = np.ascontiguousarray(table[:, 2]), np.ascontiguousarray(table[:, 3])
    if demands.max() > capacities.max():
        words = (
            f"a demand of {demands.max():g} is above every capacity; expected at most {capacities.max():g}"
        )
        raise BadData(words, path, line_of(body, int(demands.argmax()), first + 1))
    room = np.sort(capacities)[-num_medians:].sum()
    if demands.sum() > room:
        words = f"{num_medians} medians can't serve a total demand of {demands.sum():g}"
        raise BadData(f"{words}; expected at most {room:g}", path, first)
    return CustomerSet(num_medians, np.ascontiguousarray(table[:, :2]), capacities, demands)


def _sizes(head: bytes, line: int, path: Path) -> tuple[int, int]:
    words = head.split()
    if len(words) != 2 or not all(word.isdigit() and len(word) < 12 for word in words):
        raise BadData(f"{shown(head)}; expected 'n p', customers and medians", path, line)
    count, num_medians = map(int, words)
    if not 1 <= num_medians <= count <= LARGEST_COUNT:
        raise BadData(f"{num_medians} medians among {count} customers; expected 1 to {count}", path, line)
    return count, num_medians
