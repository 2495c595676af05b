"""What running programs will take at most, before any runs: cases × limit ÷ slots."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from solversmith.contract.beside import Ordered
from solversmith.contract.problem import DEV, TEST, Case, Problem
from solversmith.errors import UsageError
from solversmith.stand_ins import are_missing

MOST_UNASKED_S = 2 * 3600.0


@dataclass(frozen=True)
class Item:
    """Executions of one kind: how many programs, and the limits of the cases that each is run on."""

    what: str
    programs: int
    limits_s: tuple[float, ...]
    whose: str = "programs"

    @property
    def total_s(self) -> float:
        """Seconds if every execution uses up its limit, one after another."""
        return self.programs * sum(self.limits_s)

    @property
    def text(self) -> str:
        """As people reckon it: `8 candidates x 4 dev cases x 10 s`."""
        low, high = min(self.limits_s), max(self.limits_s)
        seconds = f"{low:g} s" if low == high else f"{low:g} to {high:g} s"
        cases = f"{len(self.limits_s)} {self.what}" + ("s" if len(self.limits_s) > 1 else "")
        return (
            f"{cases} x {seconds}"
            if self.programs == 1
            else f"{self.programs} {self.whose} x {cases} x {seconds}"
        )


@dataclass(frozen=True)
class Bill:
    """All that a command is going to execute, `slots` at once."""

    items: tuple[Item, ...]
    slots: int

    @property
    def seconds(self) -> float:
        """If every execution uses up its limit. Setting up and scoring come on top; repairs, too."""
        return sum(item.total_s / self._slots(item) for item in self.items)

    @property
    def text(self) -> str:
        """One line for people."""
        parts = " + ".join(item.text for item in self.items)
        at_once = f", {self.slots} at a time" if self.slots > 1 else ""
        return f"bill: {parts}{at_once}: at most {_duration(self.seconds)}"

    def _slots(self, item: Item) -> int:
        return min(self.slots, item.programs * len(item.limits_s))


@dataclass(frozen=True)
class SweepBill(Bill):
    """What several runs are going to execute together."""

    runs: int = 1

    @property
    def text(self) -> str:
        """One line for people, however many runs there are."""
        count = sum(item.programs * len(item.limits_s) for item in self.items)
        at_once = f", {self.slots} at a time" if self.slots > 1 else ""
        return f"bill: {self.runs:,} runs, {count:,} executions{at_once}: at most {_duration(self.seconds)}"


def score_bill(
    problem: Problem, cases: Sequence[Case], slots: int, *, order: bool = False, warm: bool = False
) -> Bill:
    """One program on some cases, with the grids of its order and with second calls if they are asked for."""
    split = cases[0].split
    items = [
        _item(problem, f"{split} case", 1, cases),
        *_second_calls(problem, warm, 1, cases),
        *_grids(problem, split, 1 if order else 0),
    ]
    return Bill(tuple(items), slots)


def run_bill(
    problem: Problem,
    candidates: int,
    slots: int,
    *,
    tests: int = 1,
    humans: bool = True,
    order: Collection[str] = (),
    warm: bool = False,
    repeats: int = 1,
    again: int = 0,
    interactions: int = 0,
) -> Bill:
    """Candidates on dev, the tested ones on test, and the human programs on dev; repairs are not counted.

    All but the human programs `repeats` times; `again` is how many candidates are run on dev once more, and
    `interactions` how many programs an attempt may run there, once each, before it hands one in.

    Where the human programs are needed to measure against, they are run once before. `order` are the splits
    on which every program runs on further grids, too; `warm` makes a second call of every one on test.
    """
    dev, test = problem.cases(DEV), problem.cases(TEST)
    human = humans + are_missing(problem)
    items = [
        _item(problem, "dev case", (candidates + again) * repeats, dev),
        replace(_item(problem, "dev case", candidates * interactions, dev), whose="free runs"),
        *_grids(problem, DEV, candidates * repeats if DEV in order else 0),
        _item(problem, "test case", tests * repeats, test),
        *_second_calls(problem, warm, tests * repeats, test),
        *_grids(problem, TEST, tests * repeats if TEST in order else 0),
        replace(_item(problem, "dev case", human * len(problem.solvers), dev), whose="human programs"),
    ]
    return Bill(tuple(item for item in items if item.programs), slots)


def demand_consent(bill: Bill, *, yes: bool, ask: Callable[[str], bool] | None) -> None:
    """Ask where a bill is above two hours and nobody has said yes; `ask` is `None` where nobody is there.

    Raises `UsageError` if the answer is no, or if there is nobody to ask.
    """
    if yes or bill.seconds <= MOST_UNASKED_S:
        return
    hours = f"this takes up to {_duration(bill.seconds)}, more than {_duration(MOST_UNASKED_S)}"
    if ask is None or not ask(f"{hours}. Go on?"):
        raise UsageError(
            f"{hours}: say --yes to run it, or take fewer cases (--samples, --cases), a shorter --time-limit "
            "or more --workers"
        )


def _second_calls(problem: Problem, warm: bool, programs: int, cases: Sequence[Case]) -> list[Item]:
    """Each may take the whole limit once more."""
    return [_item(problem, f"second {cases[0].split} call", programs, cases)] if warm else []


def _grids(problem: Problem, split: str, programs: int) -> list[Item]:
    """The further executions of an order of convergence. Raises `UsageError` where it can't be had."""
    if not programs or not isinstance(problem, Ordered):
        return []
    return [_item(problem, f"{split} grid", programs, problem.ladder(split))]


def _item(problem: Problem, what: str, programs: int, cases: Sequence[Case]) -> Item:
    return Item(what, programs, tuple(problem.limits(case).wall_s for case in cases))


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.3g} s"
    minutes = round(seconds / 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes // 60} h {minutes % 60} min"
