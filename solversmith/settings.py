"""What a person asks for, as frozen dataclasses; and what of it decides which run this is."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from solversmith.errors import UsageError

if TYPE_CHECKING:
    from solversmith.contract.problem import ProblemOptions

EXTERNAL = "external"  # all of this runs in a throw-away machine, says who asks
UNSAFE = ("L1", "L0")
ISOLATIONS = ("auto", "L2", "L3", "L4", EXTERNAL)
BUDGETS = ("usd", "tokens", "calls", "wall_s", "cpu_s")
DEFAULT_MODEL = "offline"
DEFAULT_METHOD = "best-of-n"


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Scoring:
    """How programs are scored. `None` leaves it to the problem."""

    data: Path | None = None
    cases: str | None = None
    samples: int | None = None
    reference: str | None = None
    time_limit_s: float | None = None
    threads: int | None = None
    memory_bytes: int | None = None
    cache: Path | None = None
    isolation: str = "auto"
    unsafe_exec: bool = False
    cold: bool = False  # start a new Python for every execution, where a running one could be forked
    best_known: Path | None = None  # a table that goes before the built-in one
    scoring: str = "ours"  # or "published": whose arithmetic makes losses
    score: str = "last"  # or "integral": what of an anytime program's solutions counts
    preset: str | None = None  # "published": as long as in the published evaluation

    def __post_init__(self) -> None:
        """Raise `UsageError` for a level that protects nothing and was not allowed."""
        if self.isolation in UNSAFE and not self.unsafe_exec:
            raise UsageError(
                f"isolation {self.isolation} keeps no program from reading your files and keys: add "
                "--unsafe-exec if it may, or leave out --isolation"
            )

    def options(self, progress: Callable[[str], None] | None = None) -> ProblemOptions:
        """The part that a problem is opened with."""
        from solversmith.contract.problem import ProblemOptions

        return ProblemOptions(
            data=self.data,
            cases=self.cases,
            samples=self.samples,
            reference=self.reference,
            time_limit_s=self.time_limit_s,
            threads=self.threads,
            memory_bytes=self.memory_bytes,
            cache=self.cache,
            progress=progress,
            best_known=self.best_known,
            scoring=self.scoring,
            score=self.score,
            preset=self.preset,
        )


@dataclass(frozen=True)
class Asking:
    """How a model is asked. `None` leaves it to the model."""

    temperature: float | None = None
    max_output_tokens: int | None = None
    reasoning_effort: str | None = None
    base_url: str | None = None
    price: str | None = None  # USD per million tokens, INPUT/OUTPUT


@dataclass(frozen=True)
class Pacing:
    """How fast models are asked, and whether what was bought before is. `None`: as the server lets us."""

    in_flight: int | None = None
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    cached: bool = True


@dataclass(frozen=True)
class Stopping:
    """When a search ends before its last candidate. `None`: not by this."""

    usd: float | None = None
    tokens: int | None = None
    calls: int | None = None
    wall_s: float | None = None
    cpu_s: float | None = None
    target_loss: float | None = None
    no_improvement: int | None = None

    @property
    def budgets(self) -> dict[str, float | int | None]:
        """What may be raised while a run is under way: it decides how far a run comes, not which it is."""
        return {name: value for name, value in asdict(self).items() if name in BUDGETS}

    @property
    def criteria(self) -> dict[str, float | int | None]:
        """What belongs to the run: another value makes another run."""
        return {name: value for name, value in asdict(self).items() if name not in BUDGETS}


@dataclass(frozen=True)
class RunSettings:
    """One run, as asked for."""

    problem: str
    model: str = DEFAULT_MODEL
    reflector: str | None = None  # who writes what is no program; None: the model
    method: str = DEFAULT_METHOD
    options: Mapping[str, str] = field(default_factory=dict)  # of the method, besides the next two
    candidates: int = 8
    debug_rounds: int = 4
    interactions: int = 0  # programs an attempt may run, without a score, before it hands one in
    edits: bool = False  # replies may be edits of a program that is shown
    start: tuple[Path, ...] = ()  # programs that enter first, as candidates on top of those
    seed: int = 0
    schedule: str = "steady"
    pool: str = "threads"
    workers: int = 2  # attempts at once: most of them wait for a model
    slots: int | None = None  # programs at once; None: as many as attempts, and no more than cores
    repeats: int = 1  # executions of each case, whose losses are averaged
    cascade: int | None = None  # programs that can't be among so many of the best are not run on all cases
    confirm: bool | None = None  # the best two are run again alone; None: where losses depend on the clock
    reuse: bool = True  # scores of equal programs on equal cases are kept
    reuse_timed: bool = False  # also those of anytime programs, which depend on the clock
    feedback: bool = True  # False: repairs are asked for without telling what went wrong
    signals: bool = False  # dev losses are combined signals: the reference is looked at on test alone
    order: bool = False  # the order of convergence is measured, too
    warm: bool = False  # on test, the program is called a second time in its process, with other samples
    score_all: bool = False
    humans: bool = True
    name: str | None = None
    folder: Path = Path("runs")
    scoring: Scoring = field(default_factory=Scoring)
    asking: Asking = field(default_factory=Asking)
    stopping: Stopping = field(default_factory=Stopping)
    pacing: Pacing = field(default_factory=Pacing)

    @property
    def tells_order(self) -> bool:
        """Whether the order is measured on dev, too: to be told, and not where no reference is looked at."""
        return self.order and self.feedback and not self.signals

    @property
    def at_once(self) -> int:
        """How many programs run at once."""
        return self.slots or min(self.workers, cores())

    @property
    def wanted(self) -> int:
        """How many candidates there will be: those that are written, and those that are given."""
        return self.candidates + len(self.start)

    def __post_init__(self) -> None:
        """Raise `UsageError` for a name that is no folder's, and for runs that nobody would be told of."""
        if self.interactions and not self.feedback:
            raise UsageError("--interactions tells what came of runs, so leave out --no-feedback")
        name = self.name
        if name is None or (
            name not in ("", ".", "..") and name.isprintable() and not set(name) & set("/\\")
        ):
            return
        raise UsageError(f"a run can't be named {name!r}: a name is one folder's; --dir says where it lies")
