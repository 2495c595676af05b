"""Budgets: before a call is sent, the most that it can cost is set aside; the rest comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from solversmith.broker.requests import Most
from solversmith.contract.running import Spent
from solversmith.errors import BudgetExhausted, SharedBudgetExhausted, UsageError
from solversmith.stop import BUDGET


@dataclass(frozen=True)
class Budget:
    """The most that a run may use over all its sessions. `None`: no limit.

    `calls` counts those that were, or may have been, charged: a refusal (429, 500) is none.
    """

    calls: int | None = None
    tokens: int | None = None
    usd: float | None = None
    wall_s: float | None = None

    def __post_init__(self) -> None:
        for limit in fields(self):
            value = getattr(self, limit.name)
            if value is not None and not value >= 0:  # so that NaN fails
                raise UsageError(f"the budget of {limit.name} can't be {value}: give a number, 0 or more")


class Shared:
    """A budget for several runs of one process, such as a sweep. Thread-safe.

    Each run's broker joins with what its own journal says that it has spent, so it survives restarts. Its
    wall time is the longest of the runs. Where it is spent, `SharedBudgetExhausted` is raised.
    """

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self._lock = threading.Lock()
        self._runs: dict[object, Callable[[], Spent]] = {}
        self._over: dict[object, Spent] = {}
        self._of_over: Spent | None = Spent()  # their sum; `None`: to be made anew
        self.account = Account(budget, self.spent, SharedBudgetExhausted)

    def join(self, spent: Callable[[], Spent], run_id: str = "") -> None:
        """One more run that pays out of this; what a run with this id said before no longer counts."""
        with self._lock:
            self._runs[run_id or object()] = spent
            if self._over.pop(run_id, None) is not None:
                self._of_over = None

    def settle(self, run_id: str, spent: Spent) -> None:
        """A run that is over, or was not begun yet: it has used so much, and nobody is asked again."""
        with self._lock:
            self._runs.pop(run_id, None)
            self._over[run_id] = spent
            self._of_over = None

    def spent(self) -> Spent:
        """What all runs have used together."""
        with self._lock:
            if self._of_over is None:
                self._of_over = _sum(self._over.values())
            over, asked = self._of_over, tuple(self._runs.values())
        return _sum([over, *(run() for run in asked)])


def _sum(spent: Iterable[Spent]) -> Spent:
    each = list(spent)
    return Spent(
        sum(one.calls for one in each),
        sum(one.tokens for one in each),
        sum(one.usd for one in each),
        sum(one.cpu_s for one in each),
        max((one.wall_s for one in each), default=0.0),
    )


class Account:
    """A budget, what is spent of it, and what is set aside for calls under way. Thread-safe."""

    def __init__(
        self,
        budget: Budget,
        spent: Callable[[], Spent],
        exhausted: type[BudgetExhausted] = BudgetExhausted,
    ) -> None:
        self._budget, self._spent, self._exhausted = budget, spent, exhausted
        self._changed = threading.Condition()
        self._calls, self._tokens, self._usd = 0, 0, 0.0

    def reserve(self, most: Most) -> None:
        """Set the most aside. Waits while only calls under way stand in the way.

        Raises
        ------
        BudgetExhausted
            It does not fit, and no call under way can give anything back.
        """
        with self._changed:
            while (reason := self._over(most, self._calls, self._tokens, self._usd)) is not None:
                if not self._calls or self._over(most, 0, 0, 0.0) is not None:
                    raise self._exhausted(reason)
                self._changed.wait()
            self._calls += 1
            self._tokens += most.tokens
            self._usd += most.usd or 0.0

    def release(self, most: Most) -> None:
        """Give back what `reserve` set aside, once what was really used is in the ledger."""
        with self._changed:
            self._calls -= 1
            self._tokens -= most.tokens
            # Sums of floats leave crumbs: with nothing under way, nothing is set aside.
            self._usd = self._usd - (most.usd or 0.0) if self._calls else 0.0
            self._changed.notify_all()

    def set_aside(self) -> tuple[int, int, float]:
        """Calls, tokens and USD that are set aside now."""
        with self._changed:
            return self._calls, self._tokens, self._usd

    def _over(self, most: Most, calls: int, tokens: int, usd: float) -> str | None:
        budget, spent = self._budget, self._spent()
        if budget.calls is not None and spent.calls + calls + 1 > budget.calls:
            return f"{BUDGET} {budget.calls} calls"
        if budget.tokens is not None and spent.tokens + tokens + most.tokens > budget.tokens:
            used = f"{spent.tokens} used, the next call may need {most.tokens}"
            return f"{BUDGET} {budget.tokens} tokens ({used})"
        usd_most = most.usd or 0.0
        if budget.usd is not None and spent.usd + usd + usd_most > budget.usd * (1 + 1e-12):
            used = f"{spent.usd:.4f} used, the next call may cost {usd_most:.4f}"
            return f"{BUDGET} {budget.usd:g} USD ({used})"
        if budget.wall_s is not None and spent.wall_s >= budget.wall_s:
            return f"{BUDGET} {budget.wall_s:g} s"
        return None
