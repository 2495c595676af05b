"""Doors that a problem may have besides `Problem`: what else can be found out by running a program.

Each further input is a `Case` like any other: `Problem.pack`, `answer` and `limits` take it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from solversmith.contract.problem import Answer, Case
from solversmith.records.score import CaseScore
from solversmith.records.verdict import Verdict


@runtime_checkable
class Ordered(Protocol):
    """A problem on which the order of convergence of a program can be measured."""

    def ladder(self, split: str) -> Sequence[Case]:
        """The same states on ever finer grids, to be scored by `Problem.score`.

        Raises `UsageError` where the problem has no such cases.
        """
        ...

    def order(self, scores: Sequence[CaseScore]) -> Mapping[str, Any]:
        """Metrics from the scores of the ladder: `order`, which is `None` where there is none to be seen."""
        ...


@runtime_checkable
class Repeatable(Protocol):
    """A problem that has further inputs of the same shape, for a second call in the same process."""

    def again(self, case: Case) -> Case:
        """Other samples than the case has, as many of them."""
        ...


@runtime_checkable
class Divisible(Protocol):
    """A problem whose case is a batch of samples."""

    def part(self, case: Case) -> tuple[Case, int]:
        """A case of one sample, and how many the whole one has."""
        ...


@runtime_checkable
class Kept(Protocol):
    """A problem whose references cost much, and are kept in files that may be brought from elsewhere."""

    def kept(self, split: str) -> Mapping[str, Path]:
        """Where the references of a split are or would be kept, by names that tell what they are of."""
        ...

    def keep(self, split: str) -> None:
        """Make those that are not there. Raises `MissingPrerequisite` where they can't be kept."""
        ...


@runtime_checkable
class Widened(Protocol):
    """A problem whose programs may import more where more is installed; then it stands in `packages`."""

    @property
    def further_packages(self) -> tuple[str, ...]:
        """Such distributions, installed or not; each is imported by this name."""
        ...


@dataclass(frozen=True)
class Probed:
    """What came of a further execution: an answer, or a verdict and why there is none."""

    case: Case
    answer: Answer | None
    verdict: Verdict = Verdict.OK
    message: str = ""


@runtime_checkable
class SelfChecked(Protocol):
    """A problem that can judge programs without any reference."""

    def probes(self, case: Case, answer: Answer) -> Mapping[str, Case]:
        """Further inputs for the same program, by name; they may depend on what it answered.

        None where the answer itself is refused already. Raises `UsageError` where nothing can be checked.
        """
        ...

    def judge(self, case: Case, answer: Answer, probed: Mapping[str, Probed]) -> CaseScore:
        """A score whose loss was made without the reference: the combined signal, lower is better."""
        ...


@runtime_checkable
class Answered(Protocol):
    """A problem whose answers can be compared with each other, without a reference."""

    def values(self, case: Case, answer: Answer) -> NDArray[np.float32]:
        """The last answer at places that are the same for every program, at most 2^16 values.

        Shape ``(fields, places)``: each row is compared by itself, relative to its own size.
        """
        ...
