"""The door of a problem, and what goes through it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from sandbox.spec import ArraySpec, JsonSpec, Limits
from solversmith.errors import UsageError
from solversmith.records.score import CaseScore, Score

DEV, TEST = "dev", "test"
SPLITS = (DEV, TEST)
OURS, PUBLISHED = "ours", "published"
SCORINGS = (OURS, PUBLISHED)  # the arithmetic that makes a loss of an objective
LAST, INTEGRAL = "last", "integral"
SCORES = (LAST, INTEGRAL)  # what of an anytime program's solutions counts


@dataclass(frozen=True)
class Parameter:
    """One parameter of a problem: `label=value` on the command line.

    `values` are the ones allowed, as labels, the default first; empty: any text that `parse` takes.
    """

    name: str
    values: tuple[str, ...]
    meaning: str


@dataclass(frozen=True)
class ProblemOptions:
    """How a problem is opened; all have defaults. A problem refuses what it can't use with `UsageError`."""

    data: Path | None = None  # a folder in the published layout; None: the built-in cases
    cases: str | None = None  # a glob over case names (built in) or paths relative to the problem's folder
    samples: int | None = None  # how many samples or cases a split has
    reference: str | None = None  # PUBLISHED: what published data say; None: the problem's own reference
    time_limit_s: float | None = None
    threads: int | None = None
    memory_bytes: int | None = None
    cache: Path | None = None  # where references are kept; None: the user's cache folder
    progress: Callable[[str], None] | None = None  # told one line when something takes long
    best_known: Path | None = None  # a table of best-known values that goes before the built-in one
    scoring: str = OURS  # one of SCORINGS
    score: str = LAST  # one of SCORES
    preset: str | None = None  # PUBLISHED: the limits of the published evaluation, on its splits of `data`

    def refuse(self, who: str, *names: str) -> None:
        """Raise `UsageError` if any of these options was given: `who` has no use for them."""
        unset = ProblemOptions()
        for name in names:
            if getattr(self, name) != getattr(unset, name):
                flag = "--" + name.replace("_", "-")
                raise UsageError(f"{who} has no use for {flag}: leave it out")


@dataclass(frozen=True)
class Case:
    """One execution's input. `data` belongs to the problem; nothing else looks at it."""

    name: str
    split: str
    digest: str  # SHA-256 of the content: two cases are the same exactly if this is
    data: Any = field(repr=False, compare=False, default=None)
    part: str = ""  # of its split, where that has parts that are averaged apart, too: easy, hard


@dataclass(frozen=True)
class JsonAnswer(JsonSpec):
    """A JSON text of an answer, and the schema (draft 2020-12) that its value must follow.

    The schema never crosses into the sandbox. What it may say: `solversmith.json_schema`.
    """

    schema: Mapping[str, Any] | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True)
class Solution:
    """One whole solution that came out of the sandbox, `t_s` seconds after t = 0.

    `arrays` is `None` where only the stamp was kept, or where an earlier solution than the last can't be
    decoded. Else it has what was declared: numpy arrays, fresh copies of raw bytes of the declared dtype and
    shape, and the values of JSON texts, which follow their schema. Nothing else of their content has been
    checked.
    """

    t_s: float
    arrays: Mapping[str, Any] | None


@dataclass(frozen=True)
class Answer:
    """All that a program answered on one case, in order of arrival; at least one, the last with arrays.

    Of more than 100,000 solutions not every one is here: `count` tells how many there were. They are decoded
    one by one when they are asked for.
    """

    solutions: Sequence[Solution]
    wall_s: float  # how long the program ran
    limit_s: float  # how long it was allowed to
    ended_by: str  # EndedBy value
    left_out: int = 0  # solutions that arrived and are not here

    @property
    def count(self) -> int:
        """How many whole solutions arrived."""
        return len(self.solutions) + self.left_out

    @property
    def last(self) -> Mapping[str, Any]:
        """The arrays and JSON values of the last whole solution: what counts."""
        arrays = self.solutions[-1].arrays
        assert arrays is not None, "the sandbox always keeps the last payload"
        return arrays


@runtime_checkable
class Problem(Protocol):
    """A problem with its parameters resolved. Pure but for `cases` and `score`, which may read caches."""

    @property
    def name(self) -> str:
        """As on the command line, without parameters: `burgers`."""
        ...

    @property
    def parameters(self) -> Mapping[str, str]:
        """Every parameter with its resolved label, in order; what makes the default run name."""
        ...

    @property
    def statement(self) -> str:
        """What a model is told: the mathematics, the interface, limits and packages. No method hints."""
        ...

    @property
    def template(self) -> str:
        """The program's skeleton that a model fills in."""
        ...

    @property
    def entry_point(self) -> str:
        """Name of the function that the program defines."""
        ...

    @property
    def anytime(self) -> bool:
        """Whether the entry point may yield ever better solutions, the last one counting."""
        ...

    @property
    def packages(self) -> tuple[str, ...]:
        """Distributions a program may import besides the standard library."""
        ...

    @property
    def harness(self) -> str:
        """Source that runs inside the sandbox: `arguments(payload)` and `answer(value, payload)`."""
        ...

    @property
    def failure_loss(self) -> float:
        """What a failed case counts in the mean loss."""
        ...

    @property
    def solvers(self) -> Mapping[str, str]:
        """Human programs, name to source: at least `trivial`, `simple` and `expert`."""
        ...

    @property
    def reference(self) -> Mapping[str, Any]:
        """What scores are measured against, for records and captions: kind, version, error estimate."""
        ...

    def cases(self, split: str) -> Sequence[Case]:
        """The cases of `dev` or `test`, in a fixed order, never empty. Raises `BadData`."""
        ...

    def limits(self, case: Case) -> Limits:
        """Limits of one execution on this case."""
        ...

    def environment(self, case: Case) -> Mapping[str, str]:
        """Environment variables for the program, besides the sandbox's own."""
        ...

    def pack(self, case: Case) -> bytes:
        """What crosses into the sandbox: the input, never the reference."""
        ...

    def answer(self, case: Case) -> Mapping[str, ArraySpec | JsonSpec]:
        """The arrays and JSON texts of one solution; `JsonAnswer` is one with a schema."""
        ...

    def score(self, case: Case, answer: Answer) -> CaseScore:
        """Loss and verdict (ok, bad_output, non_finite or infeasible) of what came out."""
        ...

    def feedback(self, score: Score) -> str:
        """What the next prompt says about a dev score: bounded, no reference value. Gaps may be told."""
        ...


@runtime_checkable
class Pictured(Protocol):
    """What a problem has besides, if there are pictures of its answers."""

    def draw(self, figure: Any, case: Case, answer: Answer) -> None:
        """Draw an answer on a figure of matplotlib's. It may show the reference: people look at it."""
        ...


@dataclass(frozen=True)
class StandIn:
    """A human program's objective where there is no best-known value: what a search measures against."""

    value: float
    program: str  # whose it is


@runtime_checkable
class WithStandIns(Protocol):
    """A problem some of whose cases may have nothing to measure a loss against.

    Such a case has no loss, and a search can't do without one.
    """

    @property
    def stand_ins(self) -> Mapping[str, StandIn]:
        """Those that it has, by digest."""
        ...

    def unreferenced(self, split: str) -> Sequence[Case]:
        """The cases of a split that have neither a best-known value nor a stand-in."""
        ...

    def better_objective(self, objective: float, other: float) -> bool:
        """Whether an objective is strictly better than another."""
        ...

    def with_stand_ins(self, found: Mapping[str, StandIn]) -> Problem:
        """The same problem with stand-ins for some cases, by digest; a best-known value goes before them."""
        ...


@runtime_checkable
class BySplit(Protocol):
    """A problem whose reference takes reading every case, which is dear for a split that nobody asks for."""

    def only(self, split: str) -> Problem:
        """The same problem with the reference of one split alone."""
        ...


@runtime_checkable
class WithResults(Protocol):
    """A problem that takes results which were not made here."""

    def instance_name(self, text: str) -> str:
        """What an instance is called in tables, whatever folder, packing or suffix stands with its name."""
        ...

    def claimed(self, case: Case, objective: float) -> CaseScore:
        """The score of an objective that nobody has checked."""
        ...

    def solution(self, case: Case, text: bytes, file: Path) -> Mapping[str, Any]:
        """The arrays of a solution file. Raises `BadData`."""
        ...

    def score(self, case: Case, answer: Answer) -> CaseScore:
        """As of a `Problem`."""
        ...


@runtime_checkable
class DataSource(Protocol):
    """Where the instances of a problem come from: a published data set, and what can be made."""

    @property
    def repository(self) -> str:
        """The published data set, OWNER/NAME."""
        ...

    @property
    def folder(self) -> str:
        """The problem's folder in it."""
        ...

    @property
    def makes(self) -> Sequence[str]:
        """What `make` takes, as patterns for people, each with a word on it."""
        ...

    def make(self, name: str, folder: Path) -> Path:
        """Write an instance below `folder` in the published layout. Raises `UsageError` for another name."""
        ...

    def instances(self, folder: Path) -> Sequence[Path]:
        """The instance files in a problem's folder of the published layout, of whatever split."""
        ...

    def check(self, file: Path) -> str:
        """Read an instance and say in a few words what it is. Raises `BadData`."""
        ...


@runtime_checkable
class WithData(Protocol):
    """A problem whose instances can be had from somewhere."""

    @property
    def data_source(self) -> DataSource:
        """Where from."""
        ...


class ProblemModule(Protocol):
    """What `problems/*/NAME/problem.py`, or a user's `problem.py`, has at module level."""

    SUMMARY: str  # one line for the list of problems
    PARAMETERS: tuple[Parameter, ...]

    def build(self, parameters: Mapping[str, str], options: ProblemOptions) -> Problem:
        """The problem. `parameters` has a value for every name in `PARAMETERS`, checked against `values`."""
        ...
