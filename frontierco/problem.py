"""Any combinatorial problem behind the door `Problem`."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from frontierco import conversion
from frontierco.cases import CaseData, split_cases
from frontierco.definition import Definition
from frontierco.feedback import describe
from frontierco.scoring import score_case
from solversmith.contract import (
    DEV,
    SPLITS,
    Answer,
    ArraySpec,
    Case,
    CaseScore,
    Limits,
    ProblemFolder,
    ProblemOptions,
    Score,
)
from solversmith.errors import SolversmithError, UsageError

PACKAGES = ("numpy", "scipy", "networkx")
TIME_LIMIT_S = {"dev": 10.0, "test": 60.0}
MEMORY_BYTES = 4 << 30
_INLINED = "from frontierco.conversion import "
_CONVERSION = Path(conversion.__file__).read_text(encoding="utf-8")


@dataclass(frozen=True)
class CoProblem:
    """A `Definition`, the texts of its folder and the options it was opened with.

    `options.time_limit_s` holds for both splits, `options.samples` for each. `options.cases` is a glob over
    built-in names, or over paths relative to the problem's data folder: the matching files serve for
    whichever split is asked, except that test instances never become dev cases. Raises `UsageError` for
    options that make no sense.
    """

    definition: Definition
    folder: ProblemFolder
    options: ProblemOptions = field(default_factory=ProblemOptions)
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
        if options.limits is not None:
            raise UsageError(
                f"{self.name} has no {options.limits} limits: leave out --limits; --time-limit says how long "
                "a program may take"
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
                "memory_gib": f"{(self.options.memory_bytes or MEMORY_BYTES) / (1 << 30):g}",
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
    def reference(self) -> Mapping[str, object]:
        """What gaps are measured against: every case with its best-known value, source and date.

        A split that the data folder does not have is left out.
        """
        known: dict[str, list[dict[str, object]]] = {}
        for split in SPLITS:
            with contextlib.suppress(SolversmithError):  # told by `cases`, to whoever wants that split
                known[split] = [_reference_of(case) for case in self.cases(split)]
        return {"kind": "best-known values", "sense": self.definition.sense, "cases": known}

    def cases(self, split: str) -> Sequence[Case]:
        """The cases of `dev` or `test`; read once. Raises `BadData` and `UsageError`."""
        if split not in SPLITS:
            raise UsageError(f"a split is {' or '.join(SPLITS)}, not {split!r}")
        if split not in self._cases:
            self._cases[split] = split_cases(self.definition, self.options, split)
        return self._cases[split]

    def limits(self, case: Case) -> Limits:
        """Limits of one execution on this case."""
        return Limits(
            wall_s=self._wall_s(case.split),
            threads=self.options.threads or 1,
            memory_bytes=self.options.memory_bytes or MEMORY_BYTES,
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
        """Gap of the last solution, and what the others say of the time before."""
        return score_case(self.definition, case.name, _data(case), answer)

    def feedback(self, score: Score) -> str:
        """What the next prompt says about a dev score: gaps and violations, no names, no best-known value."""
        return describe(score, {case.name: _data(case).instance.size for case in self._cases.get(DEV, ())})

    def _wall_s(self, split: str) -> float:
        return self.options.time_limit_s or TIME_LIMIT_S[split]


def _data(case: Case) -> CaseData:
    data = case.data
    if not isinstance(data, CaseData):
        raise TypeError(f"case {case.name!r} belongs to another problem")
    return data


def _reference_of(case: Case) -> dict[str, object]:
    best = _data(case).best_known
    if best is None:
        return {"case": case.name, "best_known": None}
    about = {"convention": best.convention, "source": best.source, "date": best.date}
    return {"case": case.name, "best_known": best.value, **about}
