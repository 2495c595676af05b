"""The model `bandit:NAME=FLOOR,NAME=FLOOR,...`: several models; those that improve most for their cost first.

After Tran-Thanh, Chapman, Rogers and Jennings, "Knapsack based optimal policies for budget-limited
multi-armed bandits" (arXiv 1204.1909), fractional KUBE. After one proposal for each, the next is for the
member with the largest

    (gain / proposals + C √(2 ln(all proposals) / proposals)) / cost of one proposal

The gain of a program is the part of the best loss so far that it took away, from 0 to 1 (`search.choice`).
Costs are measured in the unit of the run's budget: USD, tokens or calls.

What differs: C = 1/4 instead of 1, as gains are mostly 0 and the bound would never be left otherwise. Costs
are means of what was measured, and not known beforehand. No member counts as cheaper than a hundredth of
the dearest, so that one that is free is not the only one ever asked. And each has a floor, the part of all
proposals that it is drawn for whatever it has done; by default a tenth, but half of them in all at most.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from solversmith.contract.model import Arm, Completion, Request
from solversmith.errors import UsageError
from solversmith.models.mixing import Members, at, built, draw, parts

SUMMARY = "several models, preferred by improvement per cost, each with a floor; bandit:NAME=.1,NAME=.1"
UNITS = ("usd", "tokens", "calls")
FLOOR = 0.1
_EXPLORATION = 0.25
_CHEAPEST = 0.01  # of the dearest


@dataclass(frozen=True)
class Bandit(Members):
    """A mixture by what its members have done. `unit` is what their costs are measured in."""

    floors: Mapping[str, float] = field(default_factory=dict)
    unit: str = "tokens"

    def choose(self, seed: int, number: int, arms: Mapping[str, Arm]) -> str:
        """By floor, or one that was never asked, or the best by its index; the first of equal ones."""
        if (drawn := at(draw(seed, number), self.floors)) is not None:
            return drawn
        known = {name: arms.get(name, Arm()) for name in self.members}
        fresh = next((name for name, arm in known.items() if arm.proposals == 0), None)
        if fresh is not None:
            return fresh
        costs = self._costs(known)
        return max(known, key=lambda name: _index(known, name) / costs[name])

    def complete(self, request: Request, key: str) -> Completion:
        """By the member that the request names, else by one drawn for its sample, all alike."""
        equal = dict.fromkeys(self.members, 1 / len(self.members))
        first = next(iter(self.members))
        return self.answered(request, key, lambda asked: at(draw(asked.seed, asked.sample), equal) or first)

    def _costs(self, arms: Mapping[str, Arm]) -> dict[str, float]:
        """Of one proposal, by name; where nothing is known yet, the mean of the others."""
        means = {name: float(getattr(arm, self.unit)) / arm.asked for name, arm in arms.items() if arm.asked}
        dearest = max(means.values(), default=0.0)
        if dearest == 0.0:
            return dict.fromkeys(arms, 1.0)
        usual = math.fsum(means.values()) / len(means)
        return {name: max(means.get(name, usual), _CHEAPEST * dearest) for name in arms}


def _index(arms: Mapping[str, Arm], name: str) -> float:
    arm, made = arms[name], sum(arm.proposals for arm in arms.values())
    return arm.gain / arm.proposals + _EXPLORATION * math.sqrt(2 * math.log(made) / arm.proposals)


def build(argument: str, options: Mapping[str, Any]) -> Bandit:
    """The mixture. Option: `unit`; without it USD where all have prices and not all are free, else tokens.

    Raises `UsageError`, and whatever a member raises.
    """
    found = parts(argument, "bandit")
    members = built([name for name, _ in found], options, "bandit")
    usual = min(FLOOR, 0.5 / len(found))
    floors = dict(zip(members, (usual if floor is None else floor for _, floor in found), strict=True))
    if math.fsum(floors.values()) > 1:
        raise UsageError("the floors of 'bandit' are parts of all proposals and add up to more than 1")
    prices = [model.price for model in members.values()]
    priced = all(price is not None for price in prices) and any(p and p.output_usd for p in prices)
    unit = str(options.get("unit") or ("usd" if priced else "tokens"))
    if unit not in UNITS:
        raise UsageError(f"a cost is measured in {', '.join(UNITS)}, not in {unit!r}")
    return Bandit(f"bandit:{argument}", members, floors, unit)
