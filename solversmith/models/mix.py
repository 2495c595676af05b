"""The model `mix:NAME=WEIGHT,NAME=WEIGHT,...`: several models, drawn anew for each proposal by fixed weights.

Which one a proposal is for is drawn from the run's seed and the number of the proposal, and recorded in it:
its repairs are made by the same one. Without weights all are equal. For names with commas or spaces see
`mixing.parts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from solversmith.contract.model import Arm, Completion, Request
from solversmith.errors import UsageError
from solversmith.models.mixing import Members, at, built, draw, parts

SUMMARY = "several models, drawn for each proposal by weights; mix:NAME=.7,NAME=.3"


@dataclass(frozen=True)
class Mix(Members):
    """A mixture by weights, which add up to 1."""

    weights: Mapping[str, float] = field(default_factory=dict)

    def choose(self, seed: int, number: int, arms: Mapping[str, Arm]) -> str:
        """By the weights, whatever the members have done."""
        # Rounding may leave the last weight's end a little below 1.
        return at(draw(seed, number), self.weights) or next(reversed(list(self.weights)))

    def complete(self, request: Request, key: str) -> Completion:
        """By the member that the request names, else by the one drawn for its sample."""
        return self.answered(request, key, lambda asked: self.choose(asked.seed, asked.sample, {}))


def build(argument: str, options: Mapping[str, Any]) -> Mix:
    """The mixture. Raises `UsageError`, and whatever a member raises."""
    found = parts(argument, "mix")
    members = built([name for name, _ in found], options, "mix")
    numbers = [1.0 if number is None else number for _, number in found]
    if not all(number > 0 for number in numbers):
        raise UsageError("the weights of 'mix' must be positive: leave out what is never to be asked")
    weights = dict(zip(members, (number / sum(numbers) for number in numbers), strict=True))
    return Mix(f"mix:{argument}", members, weights)
