"""The test split: once, for the selected candidate or for all, when the search is frozen."""

from __future__ import annotations

from collections.abc import Iterable

from solversmith import rounds
from solversmith.contract.broker import Broker
from solversmith.contract.problem import TEST, Problem
from solversmith.errors import InternalFault
from solversmith.evaluate import Evaluator
from solversmith.history import is_fault
from solversmith.records.run import CandidateRecord, Record, SelectionRecord, TestRecord
from solversmith.records.verdict import Verdict
from solversmith.seeds import candidate_of_run


def finish(
    *,
    problem: Problem,
    broker: Broker,
    evaluator: Evaluator,
    selection: SelectionRecord,
    score_all: bool = False,
) -> list[TestRecord]:
    """Score the selected candidate, or all, on the test split, each once over all sessions.

    Resumable: what is recorded is not scored again. In order of candidate numbers; empty if none is selected
    and `score_all` is off.

    Raises
    ------
    InternalFault
        A fault of ours stayed; nothing is recorded for that candidate, and the others are scored first.
    """
    journal = list(broker.records())
    done = {record.candidate: record for record in journal if isinstance(record, TestRecord)}
    faulted = []
    for candidate in _wanted(journal, selection, score_all):
        if candidate.id in done:
            continue
        record = _scored(candidate, problem, broker, evaluator)
        if record.verdict is Verdict.INTERNAL_ERROR:
            faulted.append(candidate.id)
        else:
            broker.record(record)
            done[candidate.id] = record
    if faulted:
        names = ", ".join(faulted)
        raise InternalFault(f"a fault of ours stayed when testing {names}; the same command tries it again")
    return sorted(done.values(), key=lambda record: (len(record.candidate), record.candidate))


def _wanted(journal: Iterable[Record], selection: SelectionRecord, score_all: bool) -> list[CandidateRecord]:
    found = {record.id: record for record in journal if isinstance(record, CandidateRecord)}
    chosen = [c for c in found.values() if c.id == selection.candidate or (score_all and not is_fault(c))]
    return sorted(chosen, key=lambda candidate: candidate.number)


def _scored(candidate: CandidateRecord, problem: Problem, broker: Broker, evaluator: Evaluator) -> TestRecord:
    if candidate.program is None:
        score = rounds.without_program(problem, TEST)
    else:
        who = candidate_of_run(candidate.number, candidate.round)
        score = evaluator.evaluate(broker.text(candidate.program), TEST, candidate=who)
    return TestRecord(
        candidate=candidate.id,
        verdict=score.verdict,
        loss=score.loss,
        failed=score.failed,
        cases=len(score.cases),
        details=broker.put_text(rounds.details_text(score)),
        measured={**rounds.sums(score), "cases": broker.put_text(rounds.measured_text(score))},
        parts=rounds.parts_of(score, problem.failure_loss),
    )
