"""A family of PDE problems as a `Problem`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from codepde import batch as batches
from codepde import derived, order
from codepde.cache import default_root
from codepde.family import Family
from codepde.feedback import feedback
from codepde.grid import Grid
from codepde.pictures import draw_fields
from codepde.published.sources import FOLDER, Sources
from codepde.scoring import score_fields, timed_fields
from codepde.signals import selfscore
from codepde.solutions import references
from codepde.thinning import thinned
from solversmith.contract import ArraySpec, Limits
from solversmith.contract.beside import Probed
from solversmith.contract.folder import ProblemFolder
from solversmith.contract.problem import DEV, PUBLISHED, SPLITS, TEST, Answer, Case, ProblemOptions
from solversmith.errors import UsageError
from solversmith.records.score import CaseScore, Score

PACKAGES: Final = ("numpy", "scipy", "networkx", "jax")
FURTHER: Final = ("torch",)  # what some published programs import: offered where it is installed
_HARNESS: Final = Path(__file__).with_name("harness.py")


@final
@dataclass(frozen=True, eq=False)
class PdeProblem:
    """One parameter setting of a family; a split is one case, the whole batch of samples.

    Attributes
    ----------
    family
        The equation, its grid and its reference, with the coefficients of this setting.
    parameters
        The setting by its published labels.
    folder
        Statement, template and human programs.
    options
        Samples, limits and cache of this run. Raises `UsageError` for what makes no sense here.
    """

    family: Family
    parameters: Mapping[str, str]
    folder: ProblemFolder
    options: ProblemOptions = field(default_factory=ProblemOptions)
    sources: Sources = field(init=False)

    entry_point = "solver"
    anytime = False
    further_packages = FURTHER
    failure_loss = 1.0  # what the zero trajectory scores

    def __post_init__(self) -> None:
        check_options(self.name, self.options)
        if self.options.preset and self.family.published is None:
            raise UsageError(f"{self.name} has no published evaluation: leave out --preset {PUBLISHED}")
        root = self.options.cache or default_root()
        made = Sources(
            self.family,
            self.parameters,
            self.options.cases,
            PUBLISHED if self.options.reference == PUBLISHED else None,
            self.options.data or root / FOLDER,
            root,
            self.options.progress,
        )
        object.__setattr__(self, "sources", made)

    @property
    def name(self) -> str:
        """The family's."""
        return self.family.name

    @property
    def statement(self) -> str:
        """`statement.md` with this setting's labels, values, grid and limits."""
        limits, grid = self._limits(), self.family.grid
        return self.folder.statement(
            {
                **{f"{name}_label": label for name, label in self.parameters.items()},
                **{name: repr(value) for name, value in self.family.coefficients.items()},
                **_places(grid),
                "dev_samples": self._samples(DEV),
                "test_samples": self._samples(TEST),
                "wall_s": f"{limits.wall_s:g}",
                "threads": limits.threads,
                "memory": f"{limits.memory_bytes / 2**30:.3g} GiB",
                "packages": ", ".join(self.packages),
            }
        )

    @property
    def template(self) -> str:
        """The skeleton of a program."""
        return self.folder.template

    @property
    def packages(self) -> tuple[str, ...]:
        """What programs may import; torch is among it where it is installed."""
        return (*PACKAGES, *(name for name in FURTHER if _is_installed(name)))

    @property
    def harness(self) -> str:
        """The same for all families."""
        return _HARNESS.read_text(encoding="utf-8")

    @property
    def solvers(self) -> Mapping[str, str]:
        """Human programs."""
        return self.folder.solvers

    @property
    def reference(self) -> Mapping[str, Any]:
        """Kind, method, version, the estimate that no sample's reference exceeds, and where it holds."""
        return self.sources.describe()

    def cases(self, split: str) -> Sequence[Case]:
        """One case: the whole batch."""
        if split not in SPLITS:
            raise UsageError(f"no split named {split!r}; there are {' and '.join(SPLITS)}")
        return (self._case(split, self.sources.batch(split, self.options.samples)),)

    def limits(self, case: Case) -> Limits:
        """Of one execution, the whole batch."""
        return self._limits()

    def environment(self, case: Case) -> Mapping[str, str]:
        """JAX is told not to look for other devices; it starts in 32-bit mode as everywhere."""
        return {"JAX_PLATFORMS": "cpu"}

    def pack(self, case: Case) -> bytes:
        """Inputs, times and coefficients."""
        return batches.pack(self._family(case), case.data)

    def answer(self, case: Case) -> Mapping[str, ArraySpec]:
        """An array for every output of the family, all of one shape."""
        spec = ArraySpec("<f8", batches.answer_shape(self._family(case), case.data))
        return {output.name: spec for output in self.family.outputs}

    def score(self, case: Case, answer: Answer) -> CaseScore:
        """Errors against the exact solution, which is solved for where the cache does not have it.

        Raises `MissingPrerequisite` where the cache can't be written to.
        """
        batch: batches.Batch = case.data
        if batch.derived:  # no source has these: they are drawn, and scored against the exact solution
            family, root = self._family(case), self.options.cache or default_root()
            exact = references(family, batch, root, self.options.progress)
            return score_fields(case.name, answer.last, family, batch, exact)
        known = self.sources.references(batch, case.split, self.options.samples)
        loss = self.sources.loss(answer.last, case.split, self.options.samples)
        return score_fields(case.name, answer.last, self.family, batch, known, loss)

    def kept(self, split: str) -> Mapping[str, Path]:
        """The files of the cache that a split is scored against."""
        return self.sources.kept(split, self.options.samples)

    def keep(self, split: str) -> None:
        """Solve for the references that the cache does not have."""
        batch = self.sources.batch(split, self.options.samples)
        self.sources.references(batch, split, self.options.samples)

    def feedback(self, score: Score) -> str:
        """At most 1500 characters."""
        return feedback(score)

    def values(self, case: Case, answer: Answer) -> NDArray[np.float32]:
        """A row for each sample of each field, 0 outside the domain, at the same places for all programs."""
        return thinned(timed_fields(answer.last, self._family(case), case.data))

    def draw(self, figure: Any, case: Case, answer: Answer) -> None:
        """The worst sample: answer, reference and error, on a figure of matplotlib's."""
        exact = self.sources.references(case.data, case.split, self.options.samples)
        score = self.score(case, answer)
        worst = score.metrics.get("worst_samples", [{"sample": 0}])[0]["sample"]
        draw_fields(figure, self.family, answer.last, exact, worst)

    def ladder(self, split: str) -> Sequence[Case]:
        """The same states at an eighth, a quarter, half and all of the points, as far as these hold them."""
        self._demand_own("an order of convergence")
        found = derived.ladder(self.family, split)
        if not found:
            raise UsageError(f"{self.name} has no order: that takes smooth, periodic states on finer grids")
        points = [batches.on_its_grid(self.family, batch).grid.num_points for batch in found]
        named = zip(found, points, strict=True)
        return [self._case(split, batch, f"points={count}") for batch, count in named]

    def order(self, scores: Sequence[CaseScore]) -> Mapping[str, Any]:
        """The slope of the error over the grids of `ladder`, and the errors."""
        sizes = [grid.num_points for grid in derived.grids(self.family)][-len(scores) :]  # the finest ones
        floors = [float(score.metrics.get("error_floor", 0.0)) for score in scores]
        return order.metrics(sizes, [score.loss for score in scores], floors)

    def again(self, case: Case) -> Case:
        """As many other samples of the same split."""
        self._demand_own("a second call")
        batch = derived.others(self.family, case.split, len(case.data))
        return self._case(case.split, batch, "again")

    def part(self, case: Case) -> tuple[Case, int]:
        """The first sample alone, and how many there are."""
        first = derived.chosen(self._family(case), case.data, [0])
        return self._case(case.split, first, "first"), len(case.data)

    def probes(self, case: Case, answer: Answer) -> Mapping[str, Case]:
        """What the signals need to be run besides, see `codepde.signals.probes`."""
        found = selfscore.probes(case.name, answer.last, self.family, case.data)
        return {name: self._case(case.split, batch, name) for name, batch in found.items()}

    def judge(self, case: Case, answer: Answer, probed: Mapping[str, Probed]) -> CaseScore:
        """The combined signal as the loss: no reference is looked at."""
        return selfscore.score(case.name, answer.last, self.family, case.data, probed)

    def _case(self, split: str, batch: batches.Batch, what: str = "") -> Case:
        setting = ",".join(f"{name}={label}" for name, label in self.parameters.items())
        name = "/".join(part for part in (setting, split, what) if part)
        return Case(name, split, batches.digest(batches.on_its_grid(self.family, batch), batch), batch)

    def _demand_own(self, what: str) -> None:
        if PUBLISHED in (self.options.cases, self.options.reference):
            raise UsageError(
                f"{what} is measured on built-in cases against exact references: no {PUBLISHED!r}"
            )

    def _family(self, case: Case) -> Family:
        return batches.on_its_grid(self.family, case.data)

    def _samples(self, split: str) -> int:
        return self.options.samples or self.sources.usual(split)

    def _limits(self) -> Limits:
        options, family = self.options, self.family
        wall_s = family.wall_s if options.preset is None else family.published_wall_s
        return Limits(
            wall_s=options.time_limit_s or wall_s,
            threads=options.threads or 2,
            memory_bytes=options.memory_bytes or 4 << 30,
        )


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def check_options(name: str, options: ProblemOptions) -> None:
    """Raise `UsageError` for an option that no family can use, or whose value makes no sense."""
    options.refuse(name, "best_known", "scoring", "score")
    if options.cases not in (None, PUBLISHED):
        raise UsageError(
            f"{name} has one case per split, the whole batch: choose its size by samples, or --cases "
            f"{PUBLISHED} for those of published files"
        )
    if options.data is not None and options.cases is None:
        raise UsageError(
            f"{name} reads a data folder for --cases {PUBLISHED} only: its own cases are built in"
        )
    if options.reference not in (None, "exact", PUBLISHED):
        raise UsageError(
            f"{name} has no reference {options.reference!r}: there are 'exact' and {PUBLISHED!r}"
        )
    if options.preset not in (None, PUBLISHED):
        raise UsageError(f"{name} has no preset {options.preset!r}: there is {PUBLISHED!r}")
    for option, value in (
        ("samples", options.samples),
        ("time limit", options.time_limit_s),
        ("threads", options.threads),
        ("memory", options.memory_bytes),
    ):
        if value is not None and not value > 0:
            raise UsageError(f"{option} of {name} has to be positive, not {value}")


def _places(grid: Grid) -> dict[str, object]:
    """What statements may say of the grid."""
    return {
        "num_points": grid.num_points,
        "dimension": grid.dimension,
        "lower": f"{grid.lower:g}",
        "upper": f"{grid.lower + grid.extent:g}",
        "extent": f"{grid.extent:g}",
        "final_time": f"{grid.final_time:g}",
        "frames": grid.frames,
    }
