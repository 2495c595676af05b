"""Exponential decay: a problem folder of a user's own, small enough for a test."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solversmith.contract import (
    Answer,
    ArraySpec,
    Case,
    CaseScore,
    Limits,
    Parameter,
    ProblemFolder,
    ProblemOptions,
    Score,
    Verdict,
)
from solversmith.errors import BadData, UsageError

SUMMARY = "u' = -rate u from several starts; relative error against exp"
PARAMETERS = (Parameter("rate", ("40", "4", "400"), "decay rate"),)
FOLDER = ProblemFolder(Path(__file__).parent)
TIMES = np.linspace(0.0, 1.0, 5)


@dataclass(frozen=True)
class Decay:
    """The problem with its rate resolved."""

    parameters: Mapping[str, str]
    options: ProblemOptions
    name: str = "decay"
    entry_point: str = "solver"
    anytime: bool = False
    packages: tuple[str, ...] = ()
    failure_loss: float = 10.0

    @property
    def statement(self) -> str:
        return FOLDER.statement({**self.parameters, "limit": self.limits(self.cases("dev")[0]).wall_s})

    @property
    def template(self) -> str:
        return FOLDER.template

    @property
    def harness(self) -> str:
        return FOLDER.harness

    @property
    def solvers(self) -> Mapping[str, str]:
        return FOLDER.solvers

    @property
    def reference(self) -> Mapping[str, Any]:
        return {"kind": "exact", "version": "exp", "error": 1e-12}

    def cases(self, split: str) -> Sequence[Case]:
        starts = self._starts(split)
        return [self._case(split, k, start) for k, start in enumerate(starts[: self.options.samples or 2])]

    def limits(self, case: Case) -> Limits:
        return Limits(
            wall_s=self.options.time_limit_s or 5.0, memory_bytes=self.options.memory_bytes or 1 << 30
        )

    def environment(self, case: Case) -> Mapping[str, str]:
        return {}

    def pack(self, case: Case) -> bytes:
        return struct.pack("<2d", float(case.data), float(self.parameters["rate"]))

    def answer(self, case: Case) -> Mapping[str, ArraySpec]:
        return {"u": ArraySpec("<f8", (len(TIMES),))}

    def score(self, case: Case, answer: Answer) -> CaseScore:
        found = answer.last["u"]
        if not np.isfinite(found).all():
            return CaseScore(
                case.name, Verdict.NON_FINITE, message="the answer has values that are not finite"
            )
        exact = case.data * np.exp(-float(self.parameters["rate"]) * TIMES)
        loss = float(np.linalg.norm(found - exact) / np.linalg.norm(exact))
        return CaseScore(case.name, Verdict.OK, min(loss, 1e6), fingerprint=found.tolist())

    def values(self, case: Case, answer: Answer) -> NDArray[np.float32]:
        return answer.last["u"].astype(np.float32)[None, :]

    def feedback(self, score: Score) -> str:
        said = "; ".join(case.message for case in score.cases if case.message)
        return f"verdict: {score.verdict}\n{said}"[:2000]

    def _starts(self, split: str) -> list[float]:
        if self.options.data is None:
            return {"dev": [1.0, 2.0, 3.0], "test": [5.0, 7.0, 9.0]}[split]
        file = self.options.data / f"{split}.txt"
        if not self.options.data.is_dir():
            raise BadData("no such data folder; give the one with dev.txt and test.txt", self.options.data)
        if not file.is_file():
            raise BadData("the data folder lacks this file", file)
        return [self._number(file, k, line) for k, line in enumerate(file.read_text().splitlines(), start=1)]

    def _number(self, file: Path, line: int, text: str) -> float:
        try:
            return float(text)
        except ValueError:
            raise BadData(f"{text!r} is not a number", file, line) from None

    def _case(self, split: str, number: int, start: float) -> Case:
        digest = hashlib.sha256(json.dumps([start, self.parameters["rate"]]).encode()).hexdigest()
        return Case(f"{split}-{number}", split, digest, start)


def build(parameters: Mapping[str, str], options: ProblemOptions) -> Decay:
    """The problem; it has no use for a choice of cases."""
    if options.cases is not None:
        raise UsageError("decay has no use for --cases")
    return Decay(parameters, options)
