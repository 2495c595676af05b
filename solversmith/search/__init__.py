"""The search: asks the method, keeps the pool busy, and freezes the result; then the test split, once.

    pool = pools.chosen("threads")                       # a PoolFactory: pool(work, size) -> Pool
    selection = search(problem=..., method=..., broker=..., evaluator=..., pool=pool, workers=2,
                       schedule="steady", seed=0, stop=any_of(...), settings=AttemptSettings(...))
    tests = finish(problem=..., broker=..., evaluator=..., selection=selection, score_all=False)
    if (fault := set_aside(broker)) is not None:         # a proposal that stayed a fault of ours
        raise fault

`search` and `finish` continue whatever the journal holds: a search that is over returns its selection and
pays nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from solversmith import rounds
from solversmith.attempt import AttemptSettings
from solversmith.contract.broker import Broker
from solversmith.contract.method import Chooser, Chosen, SearchMethod
from solversmith.contract.model import Model
from solversmith.contract.problem import DEV, Problem
from solversmith.contract.running import StopCriterion
from solversmith.evaluate import Evaluator
from solversmith.floors import stated_error
from solversmith.history import is_fault
from solversmith.pools import PoolFactory
from solversmith.records.run import CandidateRecord, SelectionRecord
from solversmith.records.verdict import Verdict
from solversmith.search.checker import check
from solversmith.search.choice import Choice
from solversmith.search.confirming import CONFIRMED, confirmed
from solversmith.search.faults import set_aside
from solversmith.search.final import finish
from solversmith.search.loop import Loop
from solversmith.search.proposals import Work
from solversmith.search.schedules import SCHEDULES, STEADY, schedule_of
from solversmith.select import RULE, SIGNALS_RULE, select
from solversmith.stop import any_of

__all__ = ["SCHEDULES", "check", "finish", "search", "set_aside"]


def search(
    *,
    problem: Problem,
    method: SearchMethod,
    broker: Broker,
    evaluator: Evaluator,
    pool: PoolFactory,
    workers: int = 1,
    schedule: str = STEADY,
    seed: int = 0,
    stop: StopCriterion | None = None,
    settings: AttemptSettings | None = None,
    rule: str = RULE,
    models: Mapping[str, Model] | None = None,
    confirm: Evaluator | None = None,
    halted: Callable[[], bool] = lambda: False,
) -> SelectionRecord:
    """Search until the method is done, a criterion stops it or the budget is spent; record what is selected.

    Resumable: unfinished proposals of the journal are carried on first, from their recorded rounds. One that
    ends with a fault of ours is set aside, and is tried once more by the next session if the search is not
    over by then; `set_aside` tells of it.
    `models`, by role, are those that the broker asks: of a mixture a member is chosen for each proposal.
    With `confirm`, which runs one program at a time, the best two are run on dev once more, and that decides
    between them; not where the method has a rule of its own.
    When `halted` says so, nothing more is begun, what was begun is finished, and the search is interrupted.
    `SelectionRecord.candidate` is `None` where no candidate solved any case (exit code 1).

    Raises
    ------
    InternalFault
        More proposals were set aside in this session than a generation has, and more than 3; or the method
        waits for nothing. The same command tries them again.
    CallProblem, MissingPrerequisite
        The model or the sandbox can't be had; the same command carries on.
    KeyboardInterrupt
        Nothing is lost; the same command carries on.
    SharedBudgetExhausted
        So it is here: the budget of several runs is spent, and with a larger one the search goes on.
    """
    for record in broker.records():
        if isinstance(record, SelectionRecord):
            return record
    following = schedule_of(schedule, seed, broker.text, method.generation)
    asking = replace(settings or AttemptSettings(), seed=seed)
    workers_pool = pool(Work(problem, broker, evaluator, asking), workers)
    loop = Loop(broker, method, following, workers_pool, stop or any_of(), Choice(models or {}), halted)
    try:
        reason = loop.run()
    finally:
        workers_pool.close()
    _conclude(loop, broker)
    chosen = _chosen(problem, method, broker, rule, confirm, by_clock=schedule == STEADY)
    selection = SelectionRecord(chosen.candidate, reason, chosen.rule)
    broker.record(selection)
    return selection


def _conclude(loop: Loop, broker: Broker) -> None:
    """Attempts that the budget ended count with the rounds that they had."""
    for proposal in loop.unfinished:
        done = rounds.without_faults(broker.rounds(proposal.id))
        if rounds.scored(done):
            broker.record(rounds.candidate(proposal, done))


def _chosen(
    problem: Problem,
    method: SearchMethod,
    broker: Broker,
    rule: str,
    confirm: Evaluator | None,
    *,
    by_clock: bool,
) -> Chosen:
    """By the method's own rule if it has one, else by the best loss on dev."""
    candidates = [record for record in broker.records() if isinstance(record, CandidateRecord)]
    cases = len(problem.cases(DEV))
    chooser: Chooser | None = getattr(method, "chooser", None)
    if chooser is not None:
        last = {record.id: record for record in candidates}
        valid = sorted((r for r in last.values() if not is_fault(r)), key=lambda record: record.number)
        return chooser.choose(valid, _answers(valid, broker), cases)
    # What candidates say of themselves goes before what the reference says of all that it might be asked.
    said = rule == SIGNALS_RULE or any(record.error_floor is not None for record in candidates)
    floor = 0.0 if said else stated_error(problem.reference) or 0.0
    best = select(candidates, cases, floor, by_clock=by_clock)
    if best is None:
        return Chosen(None, rule)
    others = [c for c in candidates if c.id != best.id and c.verdict is not Verdict.CUT]
    second = select(others, cases, floor, by_clock=by_clock)
    if confirm is None or second is None:
        return Chosen(best.id, rule)
    again = confirmed([best, second], broker, confirm)
    if again is None:
        return Chosen(best.id, rule)
    winner = select(again, cases, floor, by_clock=by_clock) or best
    return Chosen(winner.id, rule + CONFIRMED)


def _answers(candidates: Iterable[CandidateRecord], broker: Broker) -> dict[str, NDArray[Any]]:
    """What they answered on dev, as far as it was kept."""
    found = {}
    for record in candidates:
        done = broker.rounds(record.proposal)
        kept = next((each.answers for each in reversed(done) if each.round == record.round), None)
        if kept is not None:
            found[record.id] = broker.array(kept)
    return found
