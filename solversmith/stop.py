"""When a search is over: small criteria, each asked before every proposal, and any of them.

`run` takes `Candidates`, `CpuTime`, `NoImprovement` and `TargetLoss` from here. What it may pay and how long
it may take (`--max-calls`, `--max-tokens`, `--max-usd`, `--max-wall`) is kept by the broker's `Budget` alone:
that sets aside the most that a call can cost before it is sent, so that nothing goes over. `Calls`, `Tokens`,
`Usd` and `WallTime` look between proposals only, and let repairs that are under way go on; they are for
whoever composes a search without a budget.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from solversmith.contract.method import Event, History
from solversmith.contract.running import Spent, StopCriterion
from solversmith.errors import UsageError
from solversmith.ranking import is_better
from solversmith.records.run import CandidateRecord, NoteRecord, ProposalRecord

BUDGET = "budget of"  # how every reason begins that more money or time would have put off


def is_budget(reason: str) -> bool:
    """Whether a search that ended by this reason was ended by a budget."""
    return reason.startswith(BUDGET)


@dataclass(frozen=True)
class Candidates:
    """After so many proposals of programs; what is under way still counts."""

    most: int

    def __post_init__(self) -> None:
        _positive("candidates", self.most)

    def __call__(self, history: History, spent: Spent) -> str | None:
        """Counts proposals, so that no more than `most` candidates come of it; not those set aside."""
        programs, texts = history.fold(_asked, _NONE_ASKED)
        asked = programs - sum(proposal not in texts for proposal in history.faulted)
        return _candidates(self.most) if asked >= self.most else None


_NONE_ASKED: tuple[int, frozenset[str]] = (0, frozenset())


def _asked(state: tuple[int, frozenset[str]], event: Event) -> tuple[int, frozenset[str]]:
    """A step to fold: how many programs were asked for, and which proposals of texts have no result."""
    programs, texts = state
    if isinstance(event, NoteRecord):
        return programs, texts - {event.proposal}
    if not isinstance(event, ProposalRecord):
        return state
    return (programs, texts | {event.id}) if event.what == "text" else (programs + 1, texts)


@dataclass(frozen=True)
class Calls:
    """After so many model calls."""

    most: int

    def __post_init__(self) -> None:
        _positive("calls", self.most)

    def __call__(self, history: History, spent: Spent) -> str | None:
        """Reads `spent.calls`."""
        return f"{BUDGET} {self.most} calls" if spent.calls >= self.most else None


@dataclass(frozen=True)
class Tokens:
    """After so many tokens, in and out."""

    most: int

    def __post_init__(self) -> None:
        _positive("tokens", self.most)

    def __call__(self, history: History, spent: Spent) -> str | None:
        """Reads `spent.tokens`."""
        return f"{BUDGET} {self.most} tokens" if spent.tokens >= self.most else None


@dataclass(frozen=True)
class Usd:
    """After so much money."""

    most_usd: float

    def __post_init__(self) -> None:
        _positive("usd", self.most_usd)

    def __call__(self, history: History, spent: Spent) -> str | None:
        """Reads `spent.usd`."""
        return f"{BUDGET} {self.most_usd:g} USD" if spent.usd >= self.most_usd else None


@dataclass(frozen=True)
class CpuTime:
    """After so much processor time of programs, over all sessions."""

    most_s: float

    def __post_init__(self) -> None:
        _positive("cpu_s", self.most_s)

    def __call__(self, history: History, spent: Spent) -> str | None:
        """Reads `spent.cpu_s`."""
        return f"{BUDGET} {self.most_s:g} s of processor time" if spent.cpu_s >= self.most_s else None


@dataclass(frozen=True)
class WallTime:
    """After so much time, over all sessions."""

    most_s: float

    def __post_init__(self) -> None:
        _positive("wall_s", self.most_s)

    def __call__(self, history: History, spent: Spent) -> str | None:
        """Reads `spent.wall_s`."""
        return f"{BUDGET} {self.most_s:g} s" if spent.wall_s >= self.most_s else None


@dataclass(frozen=True)
class TargetLoss:
    """As soon as a candidate without a failed case is this good."""

    loss: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.loss):
            raise UsageError(f"the target loss must be a finite number, not {self.loss}")

    def __call__(self, history: History, spent: Spent) -> str | None:
        """Reads dev losses."""
        reached = any(
            c.failed == 0 and c.loss is not None and c.loss <= self.loss for c in history.candidates
        )
        return f"target loss {self.loss:g} reached" if reached else None


@dataclass(frozen=True)
class NoImprovement:
    """When the last so many candidates were no better than the best before them."""

    candidates: int

    def __post_init__(self) -> None:
        _positive("no_improvement", self.candidates)

    def __call__(self, history: History, spent: Spent) -> str | None:
        """Compares as everybody does: a tie with the best is no improvement."""
        best: CandidateRecord | None = None
        since = 0
        for candidate in history.candidates:
            better = best is None or is_better(candidate, best)
            best, since = (candidate, 0) if better else (best, since + 1)
        return (
            f"{self.candidates} candidate{'s' * (self.candidates != 1)} without improvement"
            if since >= self.candidates
            else None
        )


@dataclass(frozen=True)
class AnyOf:
    """The first of several that says stop."""

    criteria: tuple[StopCriterion, ...]

    def __call__(self, history: History, spent: Spent) -> str | None:
        """Asks in order."""
        return next((reason for criterion in self.criteria if (reason := criterion(history, spent))), None)


def any_of(*criteria: StopCriterion | None) -> AnyOf:
    """Stop at the first of these; `None` is left out."""
    return AnyOf(tuple(criterion for criterion in criteria if criterion is not None))


def _positive(name: str, value: float) -> None:
    if not value > 0:
        raise UsageError(f"the limit {name} must be positive, not {value}")


def _candidates(number: int) -> str:
    return "1 candidate" if number == 1 else f"{number} candidates"
