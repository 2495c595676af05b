"""The order at which a program converges: errors against exact references on a series of grids.

The executions are ordinary ones: `on_grid` gives the same family on N points, `kink_free` says which samples
show a program's order at all, and each N is one case, whose loss is the error. Every N has its own exact
reference, because cell centres of different grids do not coincide: nothing is interpolated, so an exact
program has no error that could be taken for an order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from codepde.family import Family

SIZES: Final = (128, 256, 512, 1024)
ABOVE: Final = 10.0  # times the floor: below, an error tells more of the reference than of the program
SATURATED: Final = "saturated"
INCOMPLETE: Final = "incomplete"
_KINDS_WITHOUT_ORDER: Final = ("kink", "window")  # not smooth, or not resolved on the coarse grids
_SEARCHED: Final = 64  # samples for each one that is wanted, before there are said to be none


@dataclass(frozen=True)
class Order:
    """What a series of grids says.

    Attributes
    ----------
    value
        p in ``error ~ N^(−p)``; `None` where it can't be known.
    note
        Why not: `saturated` where too few errors are above ten times their floors, `incomplete` where too few
        grids have an error at all. Empty where there is a value.
    used
        The grids, by their N, that the value rests on.
    """

    value: float | None
    note: str
    used: tuple[int, ...]


def estimate_order(sizes: Sequence[int], errors: Sequence[float | None], floors: Sequence[float]) -> Order:
    """The least-squares slope of log error over log N, with the sign turned.

    Parameters
    ----------
    sizes
        N of each grid, all different.
    errors
        Relative error on each; `None` or anything not finite where the program failed.
    floors
        The larger of each reference's estimate and its floor. Only errors above ten times it count.

    Raises
    ------
    ValueError
        If the lengths differ, or two grids have the same N.
    """
    rows = list(zip(sizes, errors, floors, strict=True))
    if len(set(sizes)) < len(rows):
        raise ValueError(f"an order needs different grids, not {list(sizes)}")
    known = [(n, error, floor) for n, error, floor in rows if error is not None and math.isfinite(error)]
    kept = sorted((n, error) for n, error, floor in known if error > 0.0 and error > ABOVE * floor)
    used = tuple(n for n, _ in kept)
    if len(kept) >= 2:
        slope = np.polyfit(np.log(used), np.log([error for _, error in kept]), 1)[0]
        return Order(-float(slope), "", used)
    return Order(None, SATURATED if len(known) >= 2 else INCOMPLETE, used)


def metrics(sizes: Sequence[int], errors: Sequence[float | None], floors: Sequence[float]) -> dict[str, Any]:
    """`order`, `order_note`, the grids that it rests on, and `order_errors`: points and error of every grid.

    The error is `None` where the execution failed.
    """
    found = estimate_order(sizes, errors, floors)
    return {
        "order": None if found.value is None else round(found.value, 3),
        "order_note": found.note,
        "order_used": list(found.used),
        "order_errors": [
            [size, None if error is None else float(f"{error:.4g}")]
            for size, error in zip(sizes, errors, strict=True)
        ],
    }


def on_grid(family: Family, num_points: int) -> Family:
    """The same family on another number of points along each axis; all else stays."""
    return replace(family, grid=replace(family.grid, num_points=num_points))


def kink_free(family: Family, split: str, count: int) -> list[int]:
    """The first ``count`` samples of a split that show an order: neither kinks nor steep windows.

    Raises `ValueError` where the family hardly draws any.
    """
    found: list[int] = []
    for index in range(_SEARCHED * count):
        if family.draw(split, index, family.grid, family.coefficients).kind not in _KINDS_WITHOUT_ORDER:
            found.append(index)
        if len(found) == count:
            return found
    raise ValueError(f"{family.name} has {len(found)} samples without kinks, {count} are needed")
