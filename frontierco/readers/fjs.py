"""Flexible job shops in the usual text format, one line a job.

The first line holds the number of jobs and of machines (a third number, the mean number of options, may
follow and is not used). A job's line: how many operations, and for each of them how many options, then a
machine and a time per option; machines count from 1. After P. Brandimarte, Routing and scheduling in a
flexible job shop by tabu search, Annals of Operations Research 41 (1993).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frontierco.job_shops import JobShop, offsets
from frontierco.readers.rows import words_on_lines
from frontierco.readers.text import read_text, shown
from solversmith.errors import BadData

_DIGITS = b"0123456789"
_MOST_DIGITS = 12  # so that a sum of times is exact in double precision
Row = tuple[int, list[int]]  # number of a line, and what it holds
_HEADER = "two positive integers, the numbers of jobs and machines"


def read_fjs(path: Path) -> JobShop:
    """The shop of a `.fjs` file. Raises `BadData`, naming the line."""
    text = read_text(path)
    blank = text[: len(text) - len(text.lstrip())].count(b"\n")
    head, _, body = text.lstrip().partition(b"\n")
    first = blank + 1
    num_jobs, num_machines = _header(head.split(), first, path)
    rows = _fast_rows(body, first + 1)
    if rows is None:
        rows = _slow_rows(body, first + 1, path)
    if len(rows) != num_jobs:
        where = rows[num_jobs][0] if len(rows) > num_jobs else None
        raise BadData(f"{len(rows)} lines of jobs where line {first} says {num_jobs}", path, where)
    return _shop(num_machines, rows, path)


def _header(tokens: list[bytes], line: int, path: Path) -> tuple[int, int]:
    counts = tokens[:2]
    if not 2 <= len(tokens) <= 3 or not all(map(_is_number, counts)) or b"0" in counts:
        raise BadData(f"{shown(b' '.join(tokens))}; expected {_HEADER}", path, line)
    return int(counts[0]), int(counts[1])


def _fast_rows(body: bytes, first_line: int) -> list[Row] | None:
    """The numbers of each line that has any, if all are integers that are not too large, else `None`."""
    if not body.strip() or body.translate(None, _DIGITS + b" \t\n"):
        return None
    on_lines = words_on_lines(body)
    numbers = np.fromstring(body, dtype=np.int64, sep=" ")
    if numbers.size != on_lines.sum() or numbers.max() >= 10**_MOST_DIGITS:
        return None
    filled = np.flatnonzero(on_lines)
    values, ends = numbers.tolist(), offsets(on_lines[filled]).tolist()
    lines = (first_line + filled).tolist()
    return [(line, values[a:b]) for line, a, b in zip(lines, ends, ends[1:], strict=False)]


def _slow_rows(body: bytes, first_line: int, path: Path) -> list[Row]:
    """The same line by line, to find what is wrong."""
    lines = ((number, content.split()) for number, content in enumerate(body.split(b"\n"), first_line))
    return [(number, _values(tokens, number, path)) for number, tokens in lines if tokens]


def _is_number(token: bytes) -> bool:
    return token.isdigit() and len(token) <= _MOST_DIGITS


def _shop(num_machines: int, rows: list[Row], path: Path) -> JobShop:
    numbers: list[int] = []
    operations: list[int] = []
    starts: list[int] = []  # where the number of options of each operation stands in `numbers`
    for line, values in rows:
        before = len(starts)
        starts += [len(numbers) + place for place in _operations(values, line, path)]
        operations.append(len(starts) - before)
        numbers += values
    content, places = np.array(numbers, dtype=np.int64), np.array(starts, dtype=np.int64)
    counts = content[places]
    first_option = offsets(counts)
    pairs = _pairs(places, counts, first_option)
    shop = JobShop(num_machines, offsets(operations), first_option, content[pairs], content[pairs + 1])
    _check_machines(shop, [line for line, _ in rows], path)
    return shop


def _values(tokens: list[bytes], line: int, path: Path) -> list[int]:
    if b"".join(tokens).translate(None, _DIGITS) or max(map(len, tokens)) > _MOST_DIGITS:
        bad = next(token for token in tokens if not _is_number(token))
        raise BadData(f"{shown(bad)}; expected integers that are at least 0", path, line)
    return list(map(int, tokens))


def _operations(values: list[int], line: int, path: Path) -> Iterator[int]:
    """Positions of the numbers of options in a job's line, which they must fill."""
    if values[0] == 0:
        raise BadData("a job without operations", path, line)
    place = 1
    for operation in range(1, values[0] + 1):
        if place >= len(values):
            raise BadData(f"the line ends before operation {operation} of {values[0]}", path, line)
        if values[place] == 0:
            raise BadData(f"operation {operation} of the job has no machine", path, line)
        yield place
        place += 1 + 2 * values[place]
    if place != len(values):
        raise BadData(f"{len(values)} numbers where {values[0]} operations with their options take {place}",
                      path, line)  # fmt: skip


def _pairs(
    places: NDArray[np.int64], counts: NDArray[np.int64], first_option: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Where the machine of each option stands; its time follows."""
    within = np.arange(first_option[-1]) - np.repeat(first_option[:-1], counts)
    result: NDArray[np.int64] = np.repeat(places, counts) + 1 + 2 * within
    return result


def _check_machines(shop: JobShop, lines: list[int], path: Path) -> None:
    outside = np.flatnonzero((shop.machines < 1) | (shop.machines > shop.num_machines))
    operation_of = np.repeat(np.arange(shop.num_operations), np.diff(shop.first_option))
    if outside.size:
        machine = shop.machines[outside[0]]
        line = lines[shop.job_of[operation_of[outside[0]]]]
        raise BadData(f"machine {machine}; machines count from 1 to {shop.num_machines}", path, line)
    keys = shop.by_machine[0]
    again = np.flatnonzero(np.diff(keys) == 0)
    if again.size:
        operation, machine = divmod(int(keys[again[0]]), shop.num_machines + 1)
        line = lines[shop.job_of[operation]]
        raise BadData(f"machine {machine} stands twice in one operation", path, line)
