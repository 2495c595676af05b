"""The E and C instances of the 8th DIMACS challenge by their published names: `E10k.0`, `C100k.1`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from frontierco.instances import PointSet
from frontierco.portgen import clustered, family_seed, uniform
from solversmith.contract import DEV, TEST
from solversmith.errors import UsageError

PATTERN = "E1k.0 ... E10M.0, C1k.0 ... C10M.0"
SIZES: Mapping[str, int] = {
    "1k": 1000,
    "3k": 3162,
    "10k": 10_000,
    "31k": 31_623,
    "100k": 100_000,
    "316k": 316_228,
    "1M": 1_000_000,
    "3M": 3_162_278,
    "10M": 10_000_000,
}
_DEV_SIZES = ("1k", "3k")  # FrontierCO's tests begin with 10k
_NAMES = re.compile(r"(?P<family>[EC])(?P<size>\d+[kM])\.(?P<index>\d{1,3})")


def named(name: str) -> PointSet | None:
    """The cities of this name, `None` if it is no such name. Raises `UsageError` for another size."""
    match = _NAMES.fullmatch(name)
    if match is None:
        return None
    if match["size"] not in SIZES:
        raise UsageError(f"{name} can't be made: expected a size among {', '.join(SIZES)}")
    count = SIZES[match["size"]]
    seed = family_seed(count, int(match["index"]))
    return PointSet((uniform if match["family"] == "E" else clustered)(count, seed), "nint")


def place(name: str) -> tuple[str, str]:
    """The split and part that cities of this name belong to: up to 3k cities they are for `dev`."""
    match = _NAMES.fullmatch(name)
    return (DEV, "") if match and match["size"] in _DEV_SIZES else (TEST, "hard")
