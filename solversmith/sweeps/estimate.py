"""What a sweep may take at most, before anything is paid or executed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from solversmith import prompts, session
from solversmith.bill import Item, SweepBill
from solversmith.broker import Budget
from solversmith.contract.model import Message, Model, Price
from solversmith.contract.problem import DEV
from solversmith.errors import UsageError
from solversmith.settings import RunSettings
from solversmith.sweeps.spec import Planned, Sweep

_CAP = 16384  # tokens of one completion, where a run says nothing
_TOLD = 4096  # bytes of feedback that a repair is told, at most


@dataclass(frozen=True)
class Estimate:
    """Sums over the runs of a sweep. `usd` is `None` if a price is unknown.

    Every candidate uses all of its repairs and interactions, every completion its whole cap, every execution
    its limit. What a method adds stands on top: programs that it shows, and texts such as reflections.
    """

    runs: int
    calls: int
    usd: float | None
    cpu_s: float
    budget: Budget
    items: tuple[Item, ...] = ()  # what is executed, repairs left out

    def bill(self, slots: int) -> SweepBill:
        """What consent is asked for: as the bill of a run, repairs left out."""
        return SweepBill(self.items, slots, self.runs)

    @property
    def text(self) -> str:
        """For people, a line for each."""
        cost = "unknown: give price" if self.usd is None else f"{self.usd:.2f} USD"
        if self.budget.usd is not None:
            cost += f", and never more than the {self.budget.usd:g} USD of max_usd"
        calls = f"{self.calls:,}"
        if self.budget.calls is not None:
            calls += f", and never more than the {self.budget.calls:,} of max_calls"
        return "\n".join(
            [
                f"runs:         {self.runs:,}",
                f"calls:        at most {calls}",
                f"largest cost: {cost}",
                f"CPU hours:    at most {self.cpu_s / 3600:.3g}",
                "(every repair and interaction used, every completion as long as it may be, every execution",
                " up to its limit; programs and reflections that a method adds to prompts are not in it)",
            ]
        )


def estimated(sweep: Sweep, tell: Callable[[str], None] | None = None) -> Estimate:
    """The most that a sweep takes from its beginning on.

    Raises
    ------
    UsageError, UnknownName, MissingPrerequisite
        Whatever of any run can't be had, naming the run.
    """
    alike: dict[str, Estimate] = {}  # runs that differ in their seeds alone take the same
    each = []
    for run in sweep.runs:
        settings = replace(run.settings, seed=0)
        if (found := alike.get(repr(settings))) is None:
            found = alike[repr(settings)] = _of_run(run, settings, tell)
        each.append(found)
    known = [one.usd for one in each if one.usd is not None]
    return Estimate(
        runs=len(each),
        calls=sum(one.calls for one in each),
        usd=sum(known) if len(known) == len(each) else None,
        cpu_s=sum(one.cpu_s for one in each),
        budget=sweep.budget,
        items=tuple(item for one in each for item in one.items),
    )


def _of_run(run: Planned, settings: RunSettings, tell: Callable[[str], None] | None) -> Estimate:
    try:
        parts = session.assembled(settings, tell)
    except UsageError as error:
        raise UsageError(f"the run {run.id}: {error}") from error
    problem, handed_in = parts.problem, 1 + settings.debug_rounds
    rounds = handed_in + settings.interactions  # each is a call
    tests = settings.wanted if settings.score_all else 1
    bill = session.bill_of(settings, parts, settings.wanted, tests)
    threads = problem.limits(problem.cases(DEV)[0]).threads
    cpu_s = threads * sum(
        item.total_s * (handed_in if item.whose == "programs" and item.what.startswith("dev ") else 1)
        for item in bill.items
    )
    first = prompts.first_messages(problem, prompts.DRAFT, "", (), settings.signals)
    one = _most_usd(parts.model, settings, first, rounds)
    return Estimate(
        runs=1,
        calls=settings.candidates * rounds,
        usd=None if one is None else settings.candidates * one,
        cpu_s=cpu_s,
        budget=Budget(),
        items=bill.items,
    )


def _most_usd(model: Model, settings: RunSettings, first: tuple[Message, ...], rounds: int) -> float | None:
    """The most that one candidate costs: each round has all of those before it in its prompt."""
    price = _dearest(model)
    if price is None:
        return None
    cap = settings.asking.max_output_tokens or _CAP
    prompt = sum(len(message.content.encode()) for message in first)
    sent = sum(prompt + done * (cap + _TOLD) for done in range(rounds))
    return (sent * price.input_usd + rounds * cap * price.output_usd) / 1e6


def _dearest(model: Model) -> Price | None:
    members = getattr(model, "members", None)
    prices = [member.price for member in members.values()] if members else [model.price]
    known = [price for price in prices if price is not None]
    if len(known) < len(prices):
        return None
    return Price(max(price.input_usd for price in known), max(price.output_usd for price in known))
