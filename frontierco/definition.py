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
    """A case that needs no file.

    `best_known` is for values that hold by construction, not from the table. `part` is `easy` or `hard`, in
    the test split; the dev cases have none.
    """

    name: str
    make: Callable[[], Instance]
    best_known: BestKnown | None = None
    part: str = ""


@dataclass(frozen=True)
class Family:
    """Instances that mathematics gives by name: no file is needed, and every machine makes the same ones.

    Parameters
    ----------
    pattern, meaning
        A name as people write it, and what it stands for: `hamming10-4`, `words of n bits, ...`.
    make
        A name to an instance, `None` if it is none of this family. Raises `UsageError` for a name of it
        that can't be made.
    place
        A name to where the instance belongs: (`dev`, ``), or `test` with `easy` or `hard`.
    """

    pattern: str
    meaning: str
    make: Callable[[str], Instance | None]
    place: Callable[[str], tuple[str, str]]


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
    agrees
        (instance, arrays, our evaluation) to whether the published one surely has the same objective: it is
        not computed a second time then.
    draw
        (axes, instance, arrays) draws a solution on matplotlib's axes; `None` where there is no picture.
    reads
        The formats of `readers.formats` that `read` takes, for what is said of a file in another one.
    conventions
        The conventions that `evaluate` knows, where there are more than instances and tables name.
    families
        Instances that can be made by name.
    write
        (instance, name, file): writes what `read` reads.
    read_solution
        (bytes, instance, file) of a solution file in the problem's own format to what a program would yield;
        raises `BadData`.
    memory_bytes
        The memory that a program needs for this instance, where the default is too little.
    claim
        The array, of one number or none, that holds what a program says its objective is: it is logged
        beside the real one and used for nothing else.
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
    agrees: Callable[[Any, Mapping[str, NDArray[Any]], Evaluation], bool] | None = None
    draw: Callable[[Any, Any, Mapping[str, NDArray[Any]]], None] | None = None
    reads: tuple[str, ...] = ()
    conventions: tuple[str, ...] = ()
    families: tuple[Family, ...] = ()
    write: Callable[[Any, str, Path], None] | None = None
    read_solution: Callable[[bytes, Any, Path], Any] | None = None
    memory_bytes: Callable[[Any], int] | None = None
    claim: str | None = None
