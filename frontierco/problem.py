"""Any combinatorial problem behind the door `Problem`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from frontierco import conversion, elsewhere
from frontierco.cases import (
    CaseData,
    SharedInstance,
    instance_name,
    refuse_shared,
    split_cases,
    with_stand_ins,
)
from frontierco.data_source import CoData
from frontierco.definition import Definition
from frontierco.feedback import GAP, describe
from frontierco.gap import better
from frontierco.layout import other_split, problem_folder
from frontierco.scoring import LossRule, score_case
from solversmith.contract import (
    DEV,
    INTEGRAL,
    PUBLISHED,
    SCORES,
    SCORINGS,
    SPLITS,
    Answer,
    ArraySpec,
    Case,
    CaseScore,
    Limits,
    ProblemFolder,
    ProblemOptions,
    Score,
    StandIn,
)
from solversmith.errors import SolversmithError, UsageError

PACKAGES = ("numpy", "scipy", "networkx")
TIME_LIMIT_S = {"dev": 10.0, "test": 60.0}
PUBLISHED_LIMIT_S = {"dev": 300.0, "test": 3600.0}  # arXiv 2505.16952; one core
MEMORY_BYTES = 4 << 30
_INLINED = "from frontierco.conversion import "
_CONVERSION = Path(conversion.__file__).read_text(encoding="utf-8")


@dataclass(frozen=True)
class CoProblem:
    """A `Definition`, the texts of its folder and the options it was opened with.

    `options.time_limit_s` holds for both splits, `options.samples` for each. `options.cases` is a glob over
    built-in names, or over paths relative to the problem's data folder: the matching files serve for
    whichever split is asked, except that test instances never become dev cases. `stand_ins`, by digest, are
    what a search measures against on cases without a best-known value. `referenced` are the splits that
    `reference` tells of. Raises `UsageError` for options that
    make no sense.
    """

    definition: Definition
    folder: ProblemFolder
    options: ProblemOptions = field(default_factory=ProblemOptions)
    stand_ins: Mapping[str, StandIn] = field(default_factory=dict)
    referenced: tuple[str, ...] = SPLITS
    _cases: dict[str, tuple[Case, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        options = self.options
        for name, value in (
            ("samples", options.samples),
            ("time limit", options.time_limit_s),
            ("threads", options.threads),
            ("memory", options.memory_bytes),
        ):
            if value is not None and not 0 < value < math.inf:
                raise UsageError(f"{name} must be positive and finite, not {value!r}")
        options.refuse(self.name, "reference")
        for name, chosen, known in (
            ("scoring", options.scoring, SCORINGS),
            ("score", options.score, SCORES),
            ("preset", options.preset, (None, PUBLISHED)),
        ):
            if chosen not in known:
                raise UsageError(f"{name} is {' or '.join(filter(None, known))}, not {chosen!r}")
        if options.scoring == PUBLISHED and options.score == INTEGRAL:
            raise UsageError("the published arithmetic knows the last solution only: leave out --score")
        if options.preset == PUBLISHED and options.data is None:
            raise UsageError(
                f"--preset {PUBLISHED} is about the published splits: give --data DIR "
                f"(`solversmith data get {self.name}` fetches them)"
            )

    @property
    def name(self) -> str:
        """As on the command line."""
        return self.definition.name

    @property
    def parameters(self) -> Mapping[str, str]:
        """Combinatorial problems have none: their instances say it all."""
        return {}

    @property
    def statement(self) -> str:
        """The problem in words, with this run's limits filled in."""
        seconds = {f"{split}_limit_s": f"{self._wall_s(split):g}" for split in SPLITS}
        return self.folder.statement(
            {
                **seconds,
                "threads": self.options.threads or 1,
                "memory_gib": f"{self._memory_bytes() / (1 << 30):g}",
                "packages": ", ".join(PACKAGES),
            }
        )

    @property
    def template(self) -> str:
        """The skeleton."""
        return self.folder.template

    @property
    def entry_point(self) -> str:
        """The function that a program defines."""
        return "solve"

    @property
    def anytime(self) -> bool:
        """Programs may yield; the last whole solution counts."""
        return True

    @property
    def packages(self) -> tuple[str, ...]:
        """Distributions a program may import besides the standard library."""
        return PACKAGES

    @property
    def harness(self) -> str:
        """The part that runs inside the sandbox: the folder's, with what it imports from here in front."""
        lines = self.folder.harness.splitlines()
        return "\n".join([_CONVERSION, *(line for line in lines if not line.startswith(_INLINED)), ""])

    @property
    def failure_loss(self) -> float:
        """The largest gap there is."""
        return 1.0

    @property
    def solvers(self) -> Mapping[str, str]:
        """Human programs."""
        return self.folder.solvers

    @property
    def data_source(self) -> CoData:
        """Where its instances come from."""
        return CoData(self.definition)

    @property
    def reference(self) -> Mapping[str, object]:
        """What gaps are measured against: every case with its best-known value, source and date.

        A split that the data folder does not have is left out.
        """
        known: dict[str, list[dict[str, object]]] = {}
        for split in self.referenced:
            try:
                known[split] = [_reference_of(case) for case in self.cases(split)]
            except SharedInstance:
                raise
            except SolversmithError:
                continue  # told by `cases`, to whoever wants that split
        return {
            "kind": "best-known values",
            "sense": self.definition.sense,
            "loss": self._rule.name,
            "cases": known,
        }

    @property
    def splits(self) -> Mapping[str, Mapping[str, Sequence[str]]]:
        """The names of the cases of each split by part: easy, hard, built-in, or the folder's name."""
        found: dict[str, dict[str, list[str]]] = {}
        for split in SPLITS:
            for case in self.cases(split):
                found.setdefault(split, {}).setdefault(_data(case).part, []).append(case.name)
        return found

    def cases(self, split: str) -> Sequence[Case]:
        """The cases of `dev` or `test`; read once. Raises `BadData` and `UsageError`.

        Opening one split reads nothing of the other. When both are there no instance may be in both.
        """
        if split not in SPLITS:
            raise UsageError(f"a split is {' or '.join(SPLITS)}, not {split!r}")
        if split not in self._cases:
            found = split_cases(self.definition, self.options, split)
            self._refuse_shared(found, split)
            self._cases[split] = with_stand_ins(found, self.stand_ins)
        return self._cases[split]

    def _refuse_shared(self, cases: Sequence[Case], split: str) -> None:
        """With `--cases` one file may serve both splits, one at a time: runs refuse it."""
        others = self._cases.get(other_split(split), ())
        if self.options.data is not None and self.options.cases is None:
            folder = problem_folder(self.options.data, self.definition.data_folder)
            refuse_shared(cases, ((case.name, case.digest) for case in others), folder)

    def unreferenced(self, split: str) -> Sequence[Case]:
        """The cases of a split that have neither a best-known value nor a stand-in."""
        return tuple(case for case in self.cases(split) if _data(case).target is None)

    def better_objective(self, objective: float, other: float) -> bool:
        """Whether an objective is strictly better than another."""
        return better(objective, other, self.definition.sense)

    def only(self, split: str) -> CoProblem:
        """The same problem with the reference of one split: the other one is not read for it."""
        return replace(self, referenced=(split,))

    def with_stand_ins(self, found: Mapping[str, StandIn]) -> CoProblem:
        """The same problem with further stand-ins, by digest."""
        return replace(self, stand_ins={**self.stand_ins, **found})

    def limits(self, case: Case) -> Limits:
        """Limits of one execution on this case."""
        return Limits(
            wall_s=self._wall_s(case.split),
            threads=self.options.threads or 1,
            memory_bytes=self._memory_bytes(case),
        )

    def environment(self, case: Case) -> Mapping[str, str]:
        """`SOLVERSMITH_CASE`: limit, seed, threads and convention; never the name of the instance."""
        about = {
            "time_limit_s": self._wall_s(case.split),
            "seed": int(case.digest[:7], 16),
            "threads": self.options.threads or 1,
            "convention": _data(case).convention,
        }
        return {"SOLVERSMITH_CASE": json.dumps(about)}

    def pack(self, case: Case) -> bytes:
        """The instance as bytes for the harness."""
        return self.definition.pack(_data(case).instance)

    def answer(self, case: Case) -> Mapping[str, ArraySpec]:
        """The arrays of one solution."""
        return self.definition.answer(_data(case).instance)

    def score(self, case: Case, answer: Answer) -> CaseScore:
        """Loss of the last solution, and what the others say of the time before."""
        return score_case(self.definition, case.name, _data(case), answer, self._rule)

    def instance_name(self, text: str) -> str:
        """What an instance is called in tables."""
        return instance_name(text)

    def claimed(self, case: Case, objective: float) -> CaseScore:
        """The score of an objective that nobody has checked."""
        return elsewhere.claimed(self.definition, case.name, _data(case), objective, self._rule)

    def solution(self, case: Case, text: bytes, file: Path) -> Mapping[str, Any]:
        """The arrays of a solution file. Raises `BadData`."""
        harness = self.folder.path / "harness.py"
        return elsewhere.solution(self.definition, harness, _data(case), text, file)

    def feedback(self, score: Score) -> str:
        """What the next prompt says about a dev score: gaps and violations, no names, no best-known value."""
        sizes = {case.name: _data(case).instance.size for case in self._cases.get(DEV, ())}
        default = self._rule == LossRule()
        return describe(score, sizes, GAP if default else self._rule.name)

    @property
    def _rule(self) -> LossRule:
        return LossRule(self.options.scoring, self.options.score)

    def draw(self, figure: Any, case: Case, answer: Answer) -> None:
        """The last solution, on a figure of matplotlib's."""
        axes = figure.subplots()
        if self.definition.draw is None:
            axes.text(0.5, 0.5, f"there is no picture of {self.name}", ha="center")
            return
        self.definition.draw(axes, _data(case).instance, answer.last)
        axes.set_title(f"{self.name}, {case.name} ({_data(case).instance.size}) {axes.get_title()}".strip())

    def _wall_s(self, split: str) -> float:
        limits = PUBLISHED_LIMIT_S if self.options.preset == PUBLISHED else TIME_LIMIT_S
        return self.options.time_limit_s or limits[split]

    def _memory_bytes(self, case: Case | None = None) -> int:
        if self.options.memory_bytes is not None:
            return self.options.memory_bytes
        needed = self.definition.memory_bytes
        return MEMORY_BYTES if case is None or needed is None else needed(_data(case).instance)


def _data(case: Case) -> CaseData:
    data = case.data
    if not isinstance(data, CaseData):
        raise TypeError(f"case {case.name!r} belongs to another problem")
    return data


def _reference_of(case: Case) -> dict[str, object]:
    """Stand-ins are left out: they are measured when a run begins, and this says which run it is."""
    best = _data(case).best_known
    if best is None:
        return {"case": case.name, "best_known": None}
    about = {
        "convention": best.convention,
        "source": best.source,
        "date": best.date,
        "found_by": best.found_by,
    }
    return {"case": case.name, "best_known": best.value, **about}
