"""The best two of a search, run on dev once more before the search is frozen.

The best of many measured losses is better than it will be again, where programs draw or race the clock. So
the champion and the runner-up are run alone, with other draws, and the better of these results is selected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from solversmith import rounds
from solversmith.contract.broker import Broker
from solversmith.contract.problem import DEV
from solversmith.evaluate import Evaluator
from solversmith.records.run import CandidateRecord, ConfirmationRecord
from solversmith.records.verdict import Verdict
from solversmith.seeds import candidate_of_run

CONFIRMED = ", of the best two run again alone"
REPEAT = 1_000_000  # behind every repeat that a search makes


def confirmed(
    best: Sequence[CandidateRecord], broker: Broker, evaluator: Evaluator
) -> list[CandidateRecord] | None:
    """These candidates with what came of running them again, one after another; recorded, each once.

    `None` if a fault of ours stayed in any of them: then the first results decide.
    """
    known = {r.candidate: r for r in broker.records() if isinstance(r, ConfirmationRecord)}
    found = []
    for candidate in best:
        record = known.get(candidate.id) or _again(candidate, broker, evaluator)
        if record is None:
            return None
        again = {"verdict": record.verdict, "loss": record.loss, "failed": record.failed}
        found.append(replace(candidate, **again, measured=record.measured))  # type: ignore[arg-type]
    return found


def _again(candidate: CandidateRecord, broker: Broker, evaluator: Evaluator) -> ConfirmationRecord | None:
    assert candidate.program is not None, "only what solved a case is run again"
    who = candidate_of_run(candidate.number, candidate.round)
    program = broker.text(candidate.program)
    score = evaluator.evaluate(program, DEV, candidate=who, repeat=REPEAT)
    if score.verdict is Verdict.INTERNAL_ERROR:
        return None
    record = ConfirmationRecord(
        candidate=candidate.id,
        verdict=score.verdict,
        loss=score.loss,
        failed=score.failed,
        details=broker.put_text(rounds.details_text(score)),
        measured={**rounds.sums(score), "cases": broker.put_text(rounds.measured_text(score))},
    )
    broker.record(record)
    return record
