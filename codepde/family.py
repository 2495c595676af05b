"""A family of scalar, one-dimensional, time-dependent problems, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codepde.grid import Grid
from codepde.references.reference import Floor, Solve


@dataclass(frozen=True)
class Family:
    """Everything in which one family differs from another.

    Attributes
    ----------
    name
        Of the problem; also names its random streams.
    equation
        For records: one line.
    grid
        Points and times that programs get and answer on.
    coefficients
        Parameter labels as given to the values that are passed, both in the order of the signature.
    solve, floor
        The reference and its distance to the generating formula.
    method, version
        How the reference is made, and the version of that; a new version makes old cache entries unused.
    """

    name: str
    equation: str
    grid: Grid
    coefficients: Mapping[str, float]
    solve: Solve
    floor: Floor
    method: str
    version: str
