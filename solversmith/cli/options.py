"""Options that several commands share, and what becomes of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from solversmith.errors import UnknownName
from solversmith.settings import ISOLATIONS, UNSAFE, Scoring

if TYPE_CHECKING:
    _OfText = click.ParamType[str]
else:  # before click 8.2 it has no parameter
    _OfText = click.ParamType

Command = TypeVar("Command", bound=Callable[..., Any])


# Measured on Linux x86-64, 2 cores: a harness with numpy comes up in 96 MiB, a small JAX program runs in 256.
LEAST_MEMORY_MIB = 256


class Finite(click.FloatRange):
    """A number within bounds that is neither NaN nor infinite: both get past the bounds of click."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number, or the error that click shows."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number.", param, ctx)
        return number

    def _describe_range(self) -> str:
        # Without bounds click would write `x<=None` into the help.
        return "" if self.min is None and self.max is None else super()._describe_range()


class Memory(click.IntRange):
    """MiB, at least what a harness needs before it comes to the program: less is a fault of no program."""

    def __init__(self) -> None:
        super().__init__(LEAST_MEMORY_MIB, 1 << 24)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number, or the error that click shows."""
        mib = int(click.INT.convert(value, param, ctx))
        if mib < LEAST_MEMORY_MIB:
            self.fail(
                f"{mib} MiB is less than the {LEAST_MEMORY_MIB} MiB that Python, numpy and a small program "
                "need; give more.",
                param,
                ctx,
            )
        return int(super().convert(value, param, ctx))


class Offered(_OfText):
    """One of the names that a part of the program offers; that part is imported when a value is given.

    Parameters
    ----------
    name
        What is chosen, for the error.
    known
        Gives the names.
    taken
        Further names that are taken, but offered to nobody.
    """

    def __init__(self, name: str, known: Callable[[], Iterable[str]], taken: Iterable[str] = ()) -> None:
        self.name, self._known, self._taken = name, known, frozenset(taken)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name. Raises `UnknownName` with those that are close."""
        known = list(self._known())
        if value not in known and value not in self._taken:
            raise UnknownName(self.name, str(value), known)
        return str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The names that begin so."""
        return [CompletionItem(name) for name in self._known() if name.startswith(incomplete)]


def _schedules() -> Iterable[str]:
    from solversmith.search import SCHEDULES

    return SCHEDULES


COUNT = click.IntRange(1, 1_000_000)
SCHEDULE = Offered("schedule", _schedules)
TOTAL = click.IntRange(1, 1_000_000_000_000)  # of a whole run
SECONDS = Finite(min=0, min_open=True, max=1e7)
FOLDER = click.Path(path_type=Path)
FILE = click.Path(path_type=Path)
SCORINGS = ("ours", "published")  # as in `solversmith.contract`, which help must not import
SCORES = ("last", "integral")
YES = click.option("--yes", is_flag=True, help="Don't ask before what may take more than two hours.")

_SCORING = (
    click.option("--data", type=FOLDER, help="Folder with instances in the published layout."),
    click.option(
        "--cases",
        metavar="GLOB",
        help="Only built-in cases with such a name, or files of --data with such a path: '*/NAME*'.",
    ),
    click.option("--samples", type=COUNT, help="How many samples or cases a split has."),
    click.option(
        "--reference",
        type=click.Choice(["exact", "published"]),
        help="PDEs: score against published data, only to compare with published tables. [default: exact]",
    ),
    click.option(
        "--best-known",
        type=FILE,
        metavar="FILE",
        help="Best-known values that go before the built-in ones: lines of NAME VALUE CONVENTION.",
    ),
    click.option(
        "--scoring",
        type=click.Choice(SCORINGS),
        default="ours",
        show_default=True,
        help="Whose arithmetic makes a loss: signed gaps, or the published scores, traps included.",
    ),
    click.option(
        "--score",
        "score_by",
        type=click.Choice(SCORES),
        default="last",
        show_default=True,
        help="What of an anytime program counts: its last solution, or the primal integral.",
    ),
    click.option(
        "--preset",
        type=click.Choice(("published",)),
        help="Give programs as long as the published evaluation does; CO: on its splits of --data.",
    ),
    click.option("--time-limit", type=SECONDS, metavar="S", help="Wall seconds for one execution."),
    click.option("--threads", type=click.IntRange(1, 1024), help="Cores for one execution."),
    click.option("--memory", type=Memory(), metavar="MIB", help="Memory for one execution."),
    click.option("--cache", type=FOLDER, help="Where references are kept. [default: the user's cache]"),
    click.option(
        "--isolation",
        type=Offered("isolation", lambda: ISOLATIONS, taken=UNSAFE),
        metavar=f"[{'|'.join(ISOLATIONS)}]",
        default="auto",
        show_default=True,
        help="Level to insist on; auto: the best that holds; external: you say that all of this runs in a "
        "throw-away machine.",
    ),
    click.option(
        "--unsafe-exec",
        is_flag=True,
        help="Run programs even where they can't be confined; allows --isolation L1 and L0, too.",
    ),
    click.option(
        "--cold",
        is_flag=True,
        help="Start a new Python for every execution instead of forking one that has imported the packages.",
    ),
)
_NAMES = (
    "data",
    "cases",
    "samples",
    "reference",
    "time_limit",
    "threads",
    "memory",
    "cache",
    "isolation",
    "unsafe_exec",
    "cold",
    "best_known",
    "scoring",
    "preset",
)


_BESIDE = (
    click.option(
        "--order", is_flag=True, help="PDEs: measure the order of convergence, too, on four further grids."
    ),
    click.option(
        "--warm", is_flag=True, help="PDEs: call the program a second time in its process, on other samples."
    ),
)


def beside_options(command: Command) -> Command:
    """Add the options that say what is measured beside a loss; a run calls programs again on test alone."""
    for option in reversed(_BESIDE):
        command = option(command)
    return command


def scoring_options(command: Command) -> Command:
    """Add the options that say how programs are scored."""
    for option in reversed(_SCORING):
        command = option(command)
    return command


def taken_scoring(given: dict[str, Any]) -> Scoring:
    """Take the scoring options out of a command's keyword arguments."""
    values = {name: given.pop(name) for name in _NAMES}
    memory = values.pop("memory")
    values["score"] = given.pop("score_by")
    time_limit_s = values.pop("time_limit")
    memory_bytes = None if memory is None else memory << 20
    return Scoring(**values, time_limit_s=time_limit_s, memory_bytes=memory_bytes)
