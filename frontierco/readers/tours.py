"""Tours in the TSPLIB format: `TOUR_SECTION`, then cities from 1, ended by -1 or by the file."""

from __future__ import annotations

import re
from pathlib import Path

from solversmith.errors import BadData

_SECTION = re.compile(rb"^[ \t]*TOUR_SECTION[ \t]*$", re.MULTILINE)


def read_tour(text: bytes, file: Path) -> dict[str, list[int]]:
    """`{"tour": [...]}`, cities counted from 0; without a section, the integers are cities from 0 already.

    Raises `BadData` for what is neither.
    """
    match = _SECTION.search(text)
    body = text[match.end() :] if match else text
    cities: list[int] = []
    for token in body.split():
        if match and token in (b"-1", b"EOF"):
            break
        try:
            cities.append(int(token) - (1 if match else 0))
        except ValueError:
            found = token[:40].decode("utf-8", "replace")
            raise BadData(f"{found!r} is no city; expected JSON, integers or a TSPLIB tour", file) from None
    return {"tour": cities}
