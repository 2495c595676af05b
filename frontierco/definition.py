"""A combinatorial problem as data and a few functions; everything else is the same for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from frontierco.best_known import BestKnown
from frontierco.evaluation import Evaluation
from frontierco.instances import Instance
from solversmith.contract import ArraySpec


@dataclass(frozen=True)
class BuiltIn:
    """A case that needs no file. `best_known` is for values that hold by construction, not from the table."""

    name: str
    make: Callable[[], Instance]
    best_known: BestKnown | None = None


@dataclass(frozen=True)
class Definition:
    """What tells one combinatorial problem from another.

    Parameters
    ----------
    name, data_folder
        As on the command line, and as in the published layout: `tsp`, `TSP`.
    sense
        `min` or `max`.
    read
        A file to an instance; raises `BadData`.
    pack
        An instance to the bytes that the problem's harness unpacks: never a name or a best-known value.
    answer
        The arrays of one solution.
    evaluate
        (instance, arrays, convention) to an objective or violations.
    built_in
        The cases of a split that need no data.
    published
        (instance, arrays) to the objective by the published arithmetic, or to the reason for which the
        published evaluation rejects or fails on that solution; `None` where it is as ours.
    draw
        (axes, instance, arrays) draws a solution on matplotlib's axes; `None` where there is no picture.
    """

    name: str
    data_folder: str
    sense: str
    read: Callable[[Path], Instance]
    pack: Callable[[Any], bytes]
    answer: Callable[[Any], Mapping[str, ArraySpec]]
    evaluate: Callable[[Any, Mapping[str, NDArray[Any]], str], Evaluation]
    built_in: Mapping[str, Sequence[BuiltIn]]
    published: Callable[[Any, Mapping[str, NDArray[Any]]], float | str] | None = None
    draw: Callable[[Any, Any, Mapping[str, NDArray[Any]]], None] | None = None
