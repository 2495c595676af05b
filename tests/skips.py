"""A skipped test must be expected: `tests/expected_skips.txt` names it, with the reason, or the run fails.

One line each: `path/to/test_file.py::test_name: reason` (a prefix of the node id is enough). The reason is
for people; the machine compares the node id alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

LISTED = Path(__file__).with_name("expected_skips.txt")


def read_expected(text: str) -> dict[str, str]:
    """Prefixes of node ids and their reasons. Raises `ValueError` for a line without a reason."""
    expected = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        prefix, colon, reason = line.partition(": ")
        if not colon or not reason.strip():
            raise ValueError(f"expected_skips.txt: {line!r} gives no reason")
        expected[prefix.strip()] = reason.strip()
    return expected


def unexpected(skipped: Iterable[str], expected: Iterable[str]) -> list[str]:
    """The node ids that no listed prefix covers."""
    prefixes = tuple(expected)
    return sorted(node for node in set(skipped) if not node.startswith(prefixes))
