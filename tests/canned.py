"""A problem whose answer is a number, and a sandbox that gives out outcomes which were made beforehand."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import SandboxError
from sandbox.spec import ArraySpec, EndedBy, Frame, Job, JsonSpec, Limits, Outcome, Usage
from solversmith.contract import Answer, Case, CaseScore, Score, Verdict


@dataclass(frozen=True)
class TargetProblem:
    """Answer the number 3; the loss is the distance."""

    name: str = "target"
    parameters: Mapping[str, str] = field(default_factory=dict)
    statement: str = "Return the number."
    template: str = "def solver(): ..."
    entry_point: str = "solver"
    anytime: bool = False
    packages: tuple[str, ...] = ()
    harness: str = ""
    failure_loss: float = 5.0
    solvers: Mapping[str, str] = field(default_factory=dict)
    reference: Mapping[str, Any] = field(default_factory=dict)
    declared: Mapping[str, ArraySpec | JsonSpec] = field(
        default_factory=lambda: {"x": ArraySpec("<f8", (1,))}
    )

    def cases(self, split: str) -> Sequence[Case]:
        return [Case(f"{split}-{k}", split, str(k)) for k in range(2)]

    def limits(self, case: Case) -> Limits:
        return Limits(wall_s=2.0)

    def environment(self, case: Case) -> Mapping[str, str]:
        return {}

    def pack(self, case: Case) -> bytes:
        return case.name.encode()

    def answer(self, case: Case) -> Mapping[str, ArraySpec | JsonSpec]:
        return self.declared

    def score(self, case: Case, answer: Answer) -> CaseScore:
        value = float(answer.last["x"][0])
        if value == 666:
            raise ValueError("the scorer fell over")
        if value == 667:
            raise RecursionError("it walked too deep")
        return CaseScore(case.name, Verdict.OK, abs(value - 3))

    def feedback(self, score: Score) -> str:
        return f"verdict: {score.verdict}"


@dataclass
class CannedSandbox:
    """Gives out outcomes in turn, the last one for ever."""

    outcomes: list[Outcome | SandboxError]
    jobs: list[Job] = field(default_factory=list)
    level: str = "L3"

    def run(self, job: Job) -> Outcome:
        self.jobs.append(job)
        outcome = self.outcomes[min(len(self.jobs), len(self.outcomes)) - 1]
        if isinstance(outcome, SandboxError):
            raise outcome
        return outcome

    def describe(self) -> Mapping[str, Any]:
        return {}

    def close(self) -> None:
        """Nothing to close."""


def returned(value: float) -> Outcome:
    frame = Frame(0.5, 0, 8, {"x": struct.pack("<d", value)})
    return Outcome(EndedBy.RETURNED, (frame,), usage=Usage(wall_s=0.5), level="L3")
