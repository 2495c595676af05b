"""Faults of ours: a proposal that stays one is set aside, the rest goes on, and the run says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from toy import MemoryStore, ToyEvaluator, ToyModel, ToyProblem, program, reply

from solversmith import pools
from solversmith.broker import Broker, Budget
from solversmith.contract import Lost, Message, Request, StopCriterion, Verdict
from solversmith.errors import CallFailed, InternalFault, UsageError
from solversmith.methods.best_of_n import BestOfN
from solversmith.pools.serial import SerialPool
from solversmith.records import CandidateRecord, ProposalRecord, RoundRecord, SelectionRecord, TestRecord
from solversmith.records.canonical import canonical
from solversmith.search import SCHEDULES, check, finish, search, set_aside
from solversmith.stop import Candidates, TargetLoss

REQUEST = Request((Message("user", "hello"),), 9)
POISON = {(1, 0): reply("RAISE"), (1, 1): reply("FAULT")}
BOTH = pytest.mark.parametrize("schedule", SCHEDULES)


@dataclass(frozen=True)
class InPairs(BestOfN):
    """Generations of two, so that the last is not the first."""

    @property
    def generation(self) -> int:
        return 2


@dataclass
class Bench:
    """A search and its test split over one store; called again it goes on."""

    method: BestOfN = field(default_factory=lambda: BestOfN(4))
    script: dict[tuple[int, int], str] = field(default_factory=lambda: dict(POISON))
    schedule: str = "generational"
    workers: int = 1
    store: MemoryStore = field(default_factory=MemoryStore)
    evaluator: ToyEvaluator = field(default_factory=ToyEvaluator)
    stop: StopCriterion | None = None
    budget: Budget | None = None
    pool: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        self.model = ToyModel(self.script)

    @property
    def broker(self) -> Broker:
        return Broker(self.store, {"writer": self.model}, budget=self.budget)

    def run(self) -> SelectionRecord:
        return search(
            problem=ToyProblem(),
            method=self.method,
            broker=self.broker,
            evaluator=self.evaluator,
            pool=self.pool or pools.chosen("serial" if self.workers == 1 else "threads"),
            workers=self.workers,
            schedule=self.schedule,
            seed=7,
            stop=self.stop,
        )

    def of(self, kind: type) -> list[Any]:
        return [record for record in self.store.journal if isinstance(record, kind)]

    def candidates(self, *, faulted: bool) -> list[int]:
        found = self.of(CandidateRecord)
        return sorted(c.number for c in found if (c.verdict is Verdict.INTERNAL_ERROR) is faulted)

    @property
    def wrong(self) -> list[str]:
        return check(self.store.journal, self.method, seed=7, text=self.store.text, schedule=self.schedule)


@BOTH
@pytest.mark.parametrize("workers", [1, 3])
def test_a_poisoned_proposal_is_replaced_and_the_rest_goes_on(schedule: str, workers: int) -> None:
    bench = Bench(schedule=schedule, workers=workers)
    selection = bench.run()
    assert selection.candidate is not None
    assert bench.candidates(faulted=True) == [1]
    assert bench.candidates(faulted=False) == [0, 2, 3, 4]
    assert bench.wrong == []
    tests = finish(
        problem=ToyProblem(),
        broker=bench.broker,
        evaluator=bench.evaluator,
        selection=selection,
        score_all=True,
    )
    assert [test.candidate for test in tests] == ["c0000", "c0002", "c0003", "c0004"]
    fault = set_aside(bench.broker)
    assert fault is not None
    assert fault.exit_code == 4
    assert "stayed in p0001: it broke; " in str(fault)


@BOTH
@pytest.mark.parametrize("method", [InPairs(4), InPairs(3)])
@pytest.mark.parametrize("stop", [None, Candidates(3)])
@pytest.mark.parametrize("workers", [1, 2, 5])
def test_a_fault_that_comes_behind_the_reason_to_stop_reopens_the_search(
    schedule: str, method: BestOfN, stop: StopCriterion | None, workers: int
) -> None:
    bench = Bench(method, {(2, 0): reply("FAULT"), (3, 0): reply("FAULT")}, schedule, workers, stop=stop)
    reason = bench.run().reason
    wanted = 3 if stop else method.n
    assert reason == ("3 candidates" if stop else "the method is done")
    assert len(bench.candidates(faulted=False)) == wanted
    assert bench.wrong == []


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("method", [BestOfN(4), InPairs(5)])
def test_carried_on_behind_any_record_it_ends_the_same(workers: int, method: BestOfN) -> None:
    script = {**POISON, (4, 0): reply("FAULT"), (5, 1): reply("FAULT")}
    whole = Bench(method, script)
    whole.run()
    for length in range(0, len(whole.store.journal), workers):
        store = MemoryStore(whole.store.journal[:length], whole.store.texts)
        part = Bench(method, script, workers=workers, store=store)
        part.run()
        assert canonical(part.store.journal) == canonical(whole.store.journal)
        assert part.wrong == []


def test_a_steady_search_that_is_carried_on_passes_the_checker_and_gets_its_n() -> None:
    whole = Bench(schedule="steady", workers=3)
    whole.run()
    for length in range(0, len(whole.store.journal), 2):
        store = MemoryStore(whole.store.journal[:length], whole.store.texts)
        part = Bench(schedule="steady", workers=2, store=store)
        part.run()
        assert part.wrong == []
        assert part.candidates(faulted=False) == [0, 2, 3, 4]


@BOTH
def test_the_next_session_tries_it_once_more_and_needs_no_replacement_if_it_heals(schedule: str) -> None:
    script = {(0, 0): reply(4)}
    calm = Bench(script=script, schedule=schedule)
    calm.run()
    bench = Bench(script=script, schedule=schedule, evaluator=ToyEvaluator(faults=1))
    bench.model.before = interrupting("p0003")
    with pytest.raises(KeyboardInterrupt):
        bench.run()
    assert bench.candidates(faulted=True) == [0]
    asked = [key for key, _ in bench.model.requests]
    bench.model.before = lambda key: None
    bench.run()
    assert len(bench.of(ProposalRecord)) == 4
    assert canonical(bench.store.journal) == canonical(calm.store.journal) or schedule == "steady"
    assert bench.wrong == []
    assert set_aside(bench.broker) is None
    assert len({key for key, _ in bench.model.requests}) == len(bench.model.requests) > len(asked)


def interrupting(proposal: str) -> Callable[[str], None]:
    def before(key: str) -> None:
        if key.startswith(proposal):
            raise KeyboardInterrupt

    return before


def test_a_search_that_is_frozen_tries_nothing_again() -> None:
    bench = Bench()
    bench.run()
    length, evaluated = len(bench.store.journal), len(bench.evaluator.evaluated)
    bench.run()
    assert len(bench.store.journal) == length
    assert len(bench.evaluator.evaluated) == evaluated


@BOTH
@pytest.mark.parametrize(("method", "most"), [(BestOfN(1, 0), 4), (BestOfN(6, 0), 7)])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_machine_that_faults_on_everything_ends_the_session(
    schedule: str, method: BestOfN, most: int, workers: int
) -> None:
    script = {(k, 0): reply("FAULT") for k in range(99)}
    bench = Bench(method, script, schedule, workers)
    with pytest.raises(InternalFault, match=f"{most} proposals of this session .* with: it broke; see"):
        bench.run()
    assert bench.of(SelectionRecord) == []
    assert most <= len(bench.model.requests) < most + workers
    bench.model.before = lambda key: pytest.fail("asked again")
    with pytest.raises(InternalFault, match="proposals of this session"):
        bench.run()
    assert bench.wrong == []


def test_a_budget_that_is_spent_is_not_reopened() -> None:
    bench = Bench(BestOfN(4, 0), {(3, 0): reply("FAULT")}, budget=Budget(calls=4), workers=3)
    bench.run()
    assert len(bench.model.requests) == 4
    assert bench.candidates(faulted=False) == [0, 1, 2]


def test_an_exception_in_an_attempt_sets_that_attempt_aside() -> None:
    def observe(source: str, split: str) -> None:
        if source == program(9):
            raise ZeroDivisionError("oops")

    bench = Bench(BestOfN(2, 0), {(0, 0): reply(9)}, evaluator=ToyEvaluator(observe=observe))
    bench.run()
    assert bench.candidates(faulted=False) == [1, 2]
    fault = next(c for c in bench.of(CandidateRecord) if c.number == 0)
    assert fault.measured["fault"] == "ZeroDivisionError: oops"
    assert "in observe" in bench.store.text(fault.measured["traceback"])
    assert "in p0000: ZeroDivisionError: oops; " in str(set_aside(bench.broker))


def test_an_exception_in_every_attempt_ends_the_session_and_is_its_cause() -> None:
    def observe(source: str, split: str) -> None:
        raise ZeroDivisionError("oops")

    script = {(k, 0): reply(1) for k in range(9)}
    with pytest.raises(InternalFault, match=r"4 proposals .* ZeroDivisionError: oops") as caught:
        Bench(BestOfN(1), script, evaluator=ToyEvaluator(observe=observe)).run()
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_task_that_is_lost_again_and_again_is_set_aside() -> None:
    class Losing(SerialPool[Any, Any]):
        def completed(self, timeout_s: float | None) -> Any:
            task_id, task = self._waiting[0]
            if task.proposal.number != 1:
                return super().completed(timeout_s)
            self._waiting.popleft()
            return [(task_id, Lost("killed"))]

    bench = Bench(BestOfN(2), {}, pool=lambda work, size: Losing(work))
    bench.run()
    assert bench.candidates(faulted=False) == [0, 2]
    assert "in p0001: the worker of p0001 was lost 3 times: killed; " in str(set_aside(bench.broker))


def test_a_task_that_is_lost_behind_its_result_is_not_carried_out_again() -> None:
    class Late(SerialPool[Any, Any]):
        def completed(self, timeout_s: float | None) -> Any:
            return [(task_id, Lost("killed")) for task_id, _ in super().completed(timeout_s)]

    bench = Bench(BestOfN(3, 0), {}, pool=lambda work, size: Late(work))
    bench.run()
    assert bench.candidates(faulted=False) == [0, 1, 2]
    assert set_aside(bench.broker) is None


def test_rounds_before_a_fault_are_no_candidate_when_the_search_ends() -> None:
    bench = Bench(stop=TargetLoss(1e9))
    bench.run()
    assert 1 not in bench.candidates(faulted=False)
    assert {r.proposal for r in bench.of(RoundRecord)} >= {"p0000", "p0001"}
    assert bench.of(TestRecord) == []


@BOTH
@pytest.mark.parametrize("workers", [1, 3])
def test_a_request_that_the_server_refuses_fails_that_attempt_alone(schedule: str, workers: int) -> None:
    bench = Bench(BestOfN(4, 1), {(0, 0): reply(4), (3, 0): reply("RAISE")}, schedule, workers)
    bench.broker.complete("p0000", 0, 0, REQUEST)  # the model has answered before
    bench.model.before = refusing("p0002.r0.s0", "p0003.r1.s0")
    assert bench.run().reason == "the method is done"
    assert bench.candidates(faulted=False) == [0, 1, 2, 3]
    failed = {c.number: (c.verdict, c.rounds) for c in bench.of(CandidateRecord) if c.number > 1}
    assert failed == {2: (Verdict.NO_CODE, 1), 3: (Verdict.RUNTIME_ERROR, 1)}
    assert set_aside(bench.broker) is None
    assert bench.wrong == []


def test_a_refusal_of_the_first_request_ends_the_run_and_the_next_asks_again() -> None:
    bench = Bench(BestOfN(2, 1), {})
    bench.model.before = refusing("p0000.r0.s0")
    with pytest.raises(UsageError, match="wrong settings"):
        bench.run()
    bench.model.before = lambda key: None
    bench.run()
    assert bench.candidates(faulted=False) == [0, 1]


def refusing(*calls: str) -> Callable[[str], None]:
    def before(key: str) -> None:
        if key in calls:
            raise CallFailed("wrong settings", retry=False, usage=True, refused="400: too long")

    return before
