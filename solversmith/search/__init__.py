"""The search: asks the method, keeps the pool busy, and freezes the result; then the test split, once.

    pool = pools.chosen("threads")                       # a PoolFactory: pool(work, size) -> Pool
    selection = search(problem=..., method=..., broker=..., evaluator=..., pool=pool, workers=2,
                       schedule="steady", seed=0, stop=any_of(...), settings=AttemptSettings(...))
    tests = finish(problem=..., broker=..., evaluator=..., selection=selection, score_all=False)

Both continue whatever the journal holds: a search that is over returns its selection and pays nothing.
"""

from __future__ import annotations

from solversmith.attempt import AttemptSettings
from solversmith.contract.broker import Broker
from solversmith.contract.method import SearchMethod
from solversmith.contract.problem import Problem
from solversmith.contract.running import StopCriterion
from solversmith.evaluate import Evaluator
from solversmith.pools import PoolFactory
from solversmith.records.run import SelectionRecord, TestRecord

SCHEDULES = ("steady", "generational")


def search(
    *,
    problem: Problem,
    method: SearchMethod,
    broker: Broker,
    evaluator: Evaluator,
    pool: PoolFactory,
    workers: int = 1,
    schedule: str = "steady",
    seed: int = 0,
    stop: StopCriterion | None = None,
    settings: AttemptSettings | None = None,
) -> SelectionRecord:
    """Search until the method is done, a criterion stops it or the budget is spent; record what is selected.

    Resumable: unfinished proposals of the journal are carried on first, from their recorded rounds.
    `SelectionRecord.candidate` is `None` where no candidate solved any case (exit code 1).

    Raises
    ------
    InternalFault
        A fault of ours stayed; the same command tries that attempt again.
    CallProblem, MissingPrerequisite
        The model or the sandbox can't be had; the same command carries on.
    KeyboardInterrupt
        Nothing is lost; the same command carries on.
    """
    raise NotImplementedError


def finish(
    *,
    problem: Problem,
    broker: Broker,
    evaluator: Evaluator,
    selection: SelectionRecord,
    score_all: bool = False,
) -> list[TestRecord]:
    """Score the selected candidate, or all with a program, on the test split, each once over all sessions.

    Raises
    ------
    InternalFault
        A fault of ours stayed; nothing is recorded for that candidate.
    """
    raise NotImplementedError
