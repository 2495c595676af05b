"""`solversmith compare-methods`: every method on the same budget, over seeds."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solversmith import errors
from solversmith.cli.consent import agreeing
from solversmith.cli.options import COUNT, SCHEDULE, YES, scoring_options, taken_scoring
from solversmith.cli.terminal import clean, note
from solversmith.settings import DEFAULT_MODEL, Asking, Pacing, RunSettings, Stopping

if TYPE_CHECKING:
    from solversmith.bill import Bill, Item
    from solversmith.one_budget import RunCell

    _OfBudget = click.ParamType["Budget"]
else:  # before click 8.2 it has no parameter
    _OfBudget = click.ParamType

FORMATS = ("text", "markdown", "csv", "json")
MACHINES = ("csv", "json")
UNITS = ("calls", "tokens", "usd", "cpu_s")
_WORDS = {"usd": "USD", "cpu_s": "CPU seconds"}


@dataclass(frozen=True)
class Budget:
    """So much of one unit for each run."""

    unit: str
    amount: float

    @property
    def text(self) -> str:
        """As people read it: `16 calls`."""
        return f"{self.amount:g} {_WORDS.get(self.unit, self.unit)}"

    @property
    def stopping(self) -> Stopping:
        """What keeps a run to it."""
        whole = self.unit in ("calls", "tokens")
        return Stopping(**{self.unit: int(self.amount) if whole else self.amount})  # type: ignore[arg-type]


class _Budget(_OfBudget):
    name = "UNIT=AMOUNT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Budget:
        """The budget, or the error that click shows."""
        unit, _, amount = str(value).partition("=")
        if unit not in UNITS or not re.fullmatch(r"\d+(\.\d+)?", amount) or not float(amount) > 0:
            self.fail(
                f"{value!r} is no budget: give one of {', '.join(f'{unit}=N' for unit in UNITS)}", param
            )
        if unit in ("calls", "tokens") and float(amount) != int(float(amount)):
            self.fail(f"{value!r}: {unit} are counted in whole numbers", param)
        return Budget(unit, float(amount))


@click.command("compare-methods")
@click.argument("problems", nargs=-1, required=True)
@click.option("--budget", type=_Budget(), required=True, help="What each run may use: calls=16, usd=0.5, ...")
@click.option(
    "--seeds", type=click.IntRange(1, 1000), default=8, show_default=True, help="Runs of each kind."
)
@click.option("--methods", metavar="A,B,...", help="Only these. [default: all]")
@click.option(
    "-n",
    "candidates",
    type=COUNT,
    default=16,
    show_default=True,
    help="What methods plan for, and the most programs of a run; the budget should end it first.",
)
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="As of `run`.")
@click.option(
    "--debug-rounds", type=click.IntRange(0, 1000), default=4, show_default=True, help="As of `run`."
)
@click.option("--base-url", metavar="URL", help="A compatible server.")
@click.option("--price", metavar="IN/OUT", help="USD per million tokens.")
@click.option("--max-output-tokens", type=COUNT, help="Cap on one completion.")
@click.option(
    "--schedule", type=SCHEDULE, metavar="NAME", default="steady", show_default=True, help="As of `run`."
)
@click.option(
    "--workers", type=click.IntRange(1, 256), default=2, show_default=True, help="Attempts at once."
)
@click.option("--slots", type=click.IntRange(1, 256), help="Programs at once.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default="runs/compare-methods",
    show_default=True,
    help="Where the runs lie.",
)
@click.option(
    "--format", "style", type=click.Choice(FORMATS), default="text", show_default=True, help="Of the tables."
)
@scoring_options
@YES
def command(
    problems: tuple[str, ...],
    budget: Budget,
    seeds: int,
    methods: str | None,
    style: str,
    yes: bool,
    **given: Any,
) -> int:
    """Let every method search on each of PROBLEMS with one budget, and tell which found the better programs.

    One run for each problem, method and seed. The same command goes on where it was stopped; runs that are
    over are read. No completion and no score of another run is used again: each method pays for all it asks.
    """
    from solversmith import session
    from solversmith.one_budget import as_one, tables
    from solversmith.tables import WRITERS

    asked = list(_asked(problems, budget, seeds, _methods(methods), given))
    agreeing(note, yes)(_bill(asked))
    cells, faults, told = [], 0, set[str]()

    def tell(text: str) -> None:
        if text not in told:
            told.add(text)
            note(text)

    watcher = session.Watcher(lambda records, wanted: None, lambda record: None, tell)
    for number, settings in enumerate(asked, start=1):
        try:
            cell = _carried_out(settings, budget, watcher)
        except errors.InternalFault as fault:
            faults += 1
            note(f"{settings.name}: {fault}")
            continue
        cells.append(cell)
        best = "nothing solved" if cell.dev is None else f"dev {cell.dev:.4g}"
        note(f"{number}/{len(asked)} {settings.name}: {best}")
    found = tables(cells, budget.text, budget.amount)
    text = "\n".join(WRITERS[style](table) for table in ([as_one(found)] if style in MACHINES else found))
    click.echo(_page(text) if style == "markdown" else text if style == "json" else clean(text), nl=False)
    if style == "csv":
        for line in as_one(found).caption:
            note(line)
    if faults:
        note(f"{faults} runs are missing for a fault of ours; the same command tries them again")
    return errors.FAULT if faults else errors.DONE


def _methods(given: str | None) -> list[str]:
    from solversmith import methods

    known = list(methods.available())
    names = known if given is None else [name.strip() for name in given.split(",") if name.strip()]
    if not names:
        raise errors.UsageError(f"--methods names none; known: {', '.join(known)}")
    for name in names:
        if name not in known and not name.endswith(".py"):
            raise errors.UnknownName("method", name, known)
    return names


def _asked(
    problems: Sequence[str], budget: Budget, seeds: int, methods: Sequence[str], given: dict[str, Any]
) -> Iterator[RunSettings]:
    """The settings of every run, a seed of all methods before the next one."""
    scoring = taken_scoring(given)
    asking = Asking(**{name: given.pop(name) for name in ("base_url", "price", "max_output_tokens")})
    for problem in problems:
        for seed in range(seeds):
            for method in methods:
                settings = RunSettings(
                    problem,
                    method=method,
                    seed=seed,
                    humans=False,
                    scoring=scoring,
                    asking=asking,
                    stopping=budget.stopping,
                    pacing=Pacing(cached=False),
                    **given,
                )
                # The name holds the budget, which is no part of a run: with another it is another run here.
                parts = (problem, method, settings.model, f"s{seed}", f"{budget.amount:.15g}-{budget.unit}")
                yield replace(settings, name="-".join(map(_slug, parts)))


def _bill(asked: Sequence[RunSettings]) -> Bill:
    """What all runs may take at most; repairs are not counted."""
    from solversmith.bill import Bill, run_bill
    from solversmith.session import assembled

    items: list[Item] = []
    for problem in dict.fromkeys(settings.problem for settings in asked):
        own = [settings for settings in asked if settings.problem == problem]
        opened = assembled(own[0]).problem
        planned = own[0].candidates
        most = min(planned, own[0].stopping.calls or planned)  # a program takes one call at least
        again = 2 * len(own) * opened.anytime  # the best two of a run are confirmed where the clock counts
        items += run_bill(opened, len(own) * most, 1, tests=len(own), humans=False, again=again).items
    return Bill(tuple(items), asked[0].at_once)


def _carried_out(settings: RunSettings, budget: Budget, watcher: Any) -> RunCell:
    from solversmith.one_budget import cell_of
    from solversmith.session import carried_out
    from solversmith.store import RunDirectory

    result = carried_out(settings, watcher)
    with RunDirectory.read(result.path) as store:
        records = tuple(store.records())
    return cell_of(result.summary, records, settings.method, budget.unit, budget.amount)


def _page(text: str) -> str:
    """Tables as a page that says how it was made."""
    shown = " ".join(["solversmith", *sys.argv[1:]])
    return f"# Search methods on one budget\n\nMade by `{shown}`.\n\n{text}"


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "-", text.rstrip("/").rsplit("/", 1)[-1]).strip("-.")
