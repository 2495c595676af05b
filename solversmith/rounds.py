"""Rounds as they are recorded, and the candidate that an attempt ends with."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solversmith.contract.problem import Problem
from solversmith.quoting import cleaned
from solversmith.ranking import ranks
from solversmith.records.codec import canonical_json
from solversmith.records.run import CandidateRecord, ProposalRecord, RoundRecord
from solversmith.records.score import CaseScore, Score, by_part, combine
from solversmith.records.verdict import Verdict

SAVED = "saved_cpu_s"  # of cases whose score was kept from before, see `solversmith.reuse`
HOW = ("level", "start")  # the isolation of an execution, and how its Python was started
_MOST_OF = ("memory_bytes", "processes", "threads", "busy_slots")
_MOST_MESSAGE = 400
_MOST_CASES_BYTES = 1800  # of a record's 4 kB; the details hold every case


def without_program(problem: Problem, split: str, why: str = "no program") -> Score:
    """The score of a reply in which there is no program: every case fails."""
    cases = [CaseScore(case.name, Verdict.NO_CODE, message=why) for case in problem.cases(split)]
    return combine(cases, problem.failure_loss)


def refused_text(said: str) -> str:
    """What a round says whose request the server refused: one line."""
    return f"the server refused the request: {' '.join(cleaned(said).split())}"[:_MOST_MESSAGE]


def details_text(score: Score) -> str:
    """The full score as JSON, without anything measured: equal for equal answers."""
    cases = [
        {
            "case": case.case,
            "verdict": case.verdict,
            "loss": case.loss,
            "metrics": dict(case.metrics),
            "message": case.message,
            "fingerprint": case.fingerprint,
        }
        for case in score.cases
    ]
    return canonical_json({"verdict": score.verdict, "loss": score.loss, "cases": cases})


def fault_message(details: str) -> str:
    """What the first case that ended with a fault of ours says, in one line."""
    cases = json.loads(details)["cases"]
    said = (case["message"] for case in cases if case["verdict"] == Verdict.INTERNAL_ERROR)
    return " ".join(next(said, "").split())[:_MOST_MESSAGE] or "no message"


def measured_text(score: Score) -> str:
    """What was measured on each case, as JSON."""
    return canonical_json({case.case: dict(case.measured) for case in score.cases})


def answers(score: Score) -> NDArray[np.float32] | None:
    """What was answered on all cases, rows of one length; `None` unless every case is solved and was kept."""
    found = [case.values for case in score.cases if case.verdict is Verdict.OK and case.values is not None]
    if not found or len(found) < len(score.cases):
        return None
    longest = max(values.shape[1] for values in found)
    return np.concatenate([np.pad(v, ((0, 0), (0, longest - v.shape[1]))) for v in found])


def sums(score: Score) -> dict[str, Any]:
    """What was used over the cases, and how they were isolated: what stands under `measured` of a record.

    Times are added up, of all else the most counts. `level` and `start` are left out if nothing ran, and
    name each that occurred if several did: "cold, warm". Bounded, however many cases there are.
    """
    return {
        "wall_s": _total(score, "wall_s"),
        "cpu_s": round(_total(score, "cpu_s") + _total(score, "probes_cpu_s"), 6),
        **({SAVED: saved_s} if (saved_s := _total(score, SAVED)) else {}),
        **{key: int(max((_number(case, key) for case in score.cases), default=0)) for key in _MOST_OF},
        **{key: found for key in HOW if (found := _each(score, key))},
    }


def parts_of(score: Score, failure_loss: float) -> dict[str, Any]:
    """Loss, number of cases and of failed ones for each part of a split; empty unless it has several."""
    return {
        name: {"loss": part.loss, "cases": len(part.cases), "failed": part.failed}
        for name, part in by_part(score, failure_loss).items()
    }


def short_cases(score: Score) -> tuple[tuple[str, Verdict, float | None], ...]:
    """Name, verdict and loss per case, as many as fit into a record."""
    kept: list[tuple[str, Verdict, float | None]] = []
    size = 0
    for case in score.cases:
        size += len(canonical_json([case.case, case.verdict, case.loss]).encode()) + 1
        if size > _MOST_CASES_BYTES:
            break
        kept.append((case.case, case.verdict, case.loss))
    return tuple(kept)


def candidate(proposal: ProposalRecord, rounds: Sequence[RoundRecord]) -> CandidateRecord:
    """The best round that was handed in, the earliest of equals; or a fault of ours at the end."""
    faulted = rounds[-1].verdict is Verdict.INTERNAL_ERROR
    counted = scored(rounds)
    best = rounds[-1] if faulted else min(counted, key=ranks(counted))
    return CandidateRecord(
        id=f"c{proposal.number:04d}",
        proposal=proposal.id,
        number=proposal.number,
        round=best.round,
        rounds=len(rounds),
        program=best.program,
        verdict=best.verdict,
        loss=best.loss,
        failed=best.failed,
        features=best.features,
        measured={key: best.measured[key] for key in ("wall_s", "cpu_s", *HOW) if key in best.measured},
        error_floor=best.error_floor,
    )


def scored(rounds: Iterable[RoundRecord]) -> list[RoundRecord]:
    """Those whose program was handed in."""
    return [record for record in rounds if record.is_scored]


def without_faults(rounds: Iterable[RoundRecord]) -> list[RoundRecord]:
    """The rounds that stand: one that ended with a fault of ours is carried out again."""
    return [record for record in rounds if record.verdict is not Verdict.INTERNAL_ERROR]


def _each(score: Score, key: str) -> str:
    return ", ".join(sorted({str(case.measured[key]) for case in score.cases if case.measured.get(key)}))


def _total(score: Score, key: str) -> float:
    return round(math.fsum(_number(case, key) for case in score.cases), 6)


def _number(case: CaseScore, key: str) -> float:
    value = case.measured.get(key, 0.0)
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else 0.0
