"""What format a file is in, told by its content: for what is said of a file in the wrong one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from frontierco.readers.text import read_text
from solversmith.errors import BadData

TSPLIB, CVRPLIB, DIMACS, PACE, STEINLIB = "tsplib", "cvrplib", "dimacs", "pace", "steinlib"
FJS, CPMP, CFLP = "fjs", "cpmp", "cflp"
EXAMPLES: Mapping[str, str] = {
    TSPLIB: "a TSPLIB instance (TYPE : TSP)",
    CVRPLIB: "a CVRPLIB instance (TYPE : CVRP)",
    DIMACS: "a graph in the DIMACS edge format (p edge N M)",
    PACE: "a graph in the PACE format (p ds N M)",
    STEINLIB: "a SteinLib instance (33D32945 STP File)",
    FJS: "a flexible job shop (jobs and machines, then a line for each job)",
    CPMP: "a capacitated p-median instance (customers and p, then a line for each customer)",
    CFLP: "a facility location instance (facilities and customers, then a line for each facility)",
    "lfs": "a pointer of Git LFS, not the file itself (fetch it with git lfs pull)",
    "html": "a web page, not an instance (was a link saved instead of the file?)",
    "json": "a JSON text",
}
Row = Sequence[bytes]
_LOOKED_AT = 1 << 14
_MOST_LINES = 50
_COMMENTS = re.compile(rb"^[ \t]*c(?:[ \t][^\n]*)?(?:\n|$)", re.MULTILINE)
_BY_FIRST_WORDS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("lfs", re.compile(rb"version https://git-lfs")),
    ("html", re.compile(rb"<(?:!doctype|html|head|\?xml)", re.IGNORECASE)),
    ("json", re.compile(rb"[\[{]\s*[\[{\"]")),
    (STEINLIB, re.compile(rb"[^\n]{0,20}33d32945|section\s+(?:graph|comment)\b", re.IGNORECASE)),
    (DIMACS, re.compile(rb"p[ \t]+(?:edge|col)\b")),
    (PACE, re.compile(rb"p[ \t]+\w+[ \t]+\d+[ \t]+\d+")),
)
_KEYWORD = re.compile(rb"^[ \t]*(?:NAME|TYPE|DIMENSION|EDGE_WEIGHT_TYPE)[ \t]*:", re.MULTILINE)
_VRP = re.compile(rb"^[ \t]*(?:TYPE[ \t]*:[ \t]*A?CVRP|CAPACITY[ \t]*:)", re.MULTILINE)


def format_of(file: Path) -> str | None:
    """The name of the format in `EXAMPLES` that a file's beginning tells, `None` if it tells none.

    Where most lines are as they should be the others play no part: a damaged file is in its own format still.
    """
    try:
        head = read_text(file)[:_LOOKED_AT]
    except BadData:
        return None
    words = _COMMENTS.sub(b"", head).lstrip()
    for name, pattern in _BY_FIRST_WORDS:
        if pattern.match(words):
            return name
    if _KEYWORD.search(head):
        return CVRPLIB if _VRP.search(head) else TSPLIB
    return _of_numbers(head)


def _of_numbers(head: bytes) -> str | None:
    """Formats that are nothing but numbers: told by most of the lines behind the first."""
    lines = [line for line in head.split(b"\n")[:_MOST_LINES] if line.strip()]
    if len(head) == _LOOKED_AT and len(lines) > 2:
        lines.pop()  # it may go on
    first, *rows = [line.split() for line in lines] or [[]]
    if not rows or not all(map(_is_number, first)):
        return None
    facilities = rows[: int(first[0])] if first[0].isdigit() and len(first[0]) < 9 else rows
    rules: tuple[tuple[str, int, Sequence[Row], Callable[[Row], bool]], ...] = (
        (FJS, 3, rows, _is_job),
        (CPMP, 2, rows, lambda row: len(row) in (4, 5) and all(map(_is_number, row))),
        (CFLP, 2, facilities, lambda row: len(row) == 2 and all(map(_is_number, row))),
    )
    for name, most_in_first, chosen, holds in rules:
        if 2 <= len(first) <= most_in_first and 2 * sum(map(holds, chosen)) > len(chosen):
            return name
    return FJS if 2 <= len(first) <= 3 and len(rows[0]) >= 3 and all(map(bytes.isdigit, rows[0])) else None


def _is_job(row: Row) -> bool:
    """Whether a line holds a number of operations and just their options, each a machine and a time.

    Machines and times may be wrong ones (-5, nan), but no fractions: those are places of customers.
    """
    if not all(_is_number(word) and b"." not in word for word in row) or not _is_count(row[0]):
        return False
    place = 1
    for _ in range(int(row[0])):
        if place >= len(row) or not _is_count(row[place]):
            return False
        place += 1 + 2 * int(row[place])
    return place == len(row)


def _is_count(word: bytes) -> bool:
    return word.isdigit() and word != b"0" and len(word) < 10


def _is_number(token: bytes) -> bool:
    try:
        float(token)
    except ValueError:
        return False
    return b"_" not in token
