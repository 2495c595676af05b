"""What format a file is in, told by its content: for what is said of a file in the wrong one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
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
_LOOKED_AT = 1 << 14
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
    """The name of the format in `EXAMPLES` that a file's beginning tells, `None` if it tells none."""
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
    """Formats that are nothing but numbers: told by how many stand in the first two lines."""
    rows = [line.split() for line in head.split(b"\n")[:3] if line.strip()]
    if len(rows) < 2 or not all(_is_number(token) for row in rows[:2] for token in row):
        return None
    first, second = len(rows[0]), len(rows[1])
    rules: tuple[tuple[str, Callable[[], bool]], ...] = (
        (CPMP, lambda: first == 2 and second in (4, 5)),
        (CFLP, lambda: first == 2 and second == 2),
        (FJS, lambda: first in (2, 3) and second >= 3 and b"." not in b"".join(rows[1])),
    )
    return next((name for name, holds in rules if holds()), None)


def _is_number(token: bytes) -> bool:
    try:
        float(token)
    except ValueError:
        return False
    return b"_" not in token
