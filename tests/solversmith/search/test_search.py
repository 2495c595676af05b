"""The search under both schedules: determinism, resuming, stopping, and faults that stay."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from toy import Climb, MemoryStore, ToyEvaluator, ToyModel, ToyProblem, program, reply

from solversmith import pools
from solversmith.attempt import AttemptSettings
from solversmith.broker import Broker, Budget, Shared
from solversmith.contract import (
    Case,
    CaseScore,
    Failed,
    Lost,
    Proposal,
    Request,
    SearchMethod,
    Signal,
    StopCriterion,
    Verdict,
)
from solversmith.errors import InternalFault, MissingPrerequisite, SharedBudgetExhausted, UsageError
from solversmith.methods.best_of_n import BestOfN
from solversmith.pools.serial import SerialPool
from solversmith.records import (
    CallRecord,
    CandidateRecord,
    NoteRecord,
    ProposalRecord,
    RoundRecord,
    SelectionRecord,
    TestRecord,
)
from solversmith.records.canonical import canonical
from solversmith.search import SCHEDULES, check, finish, search
from solversmith.stop import Calls, Candidates, TargetLoss

RESULTS = (CandidateRecord, NoteRecord)


@dataclass
class Bench:
    """A search over one store; called again it goes on."""

    store: MemoryStore = field(default_factory=MemoryStore)
    model: Any = field(default_factory=ToyModel)
    evaluator: ToyEvaluator = field(default_factory=ToyEvaluator)
    method: SearchMethod = field(default_factory=Climb)
    schedule: str = "steady"
    workers: int = 1
    stop: StopCriterion | None = None
    budget: Budget | None = None
    pool: Callable[..., Any] | None = None

    def run(self) -> SelectionRecord:
        return search(
            problem=ToyProblem(),
            method=self.method,
            broker=Broker(self.store, {"writer": self.model}, budget=self.budget),
            evaluator=self.evaluator,
            pool=self.pool or pools.chosen("serial" if self.workers == 1 else "threads"),
            workers=self.workers,
            schedule=self.schedule,
            seed=7,
            stop=self.stop,
            settings=AttemptSettings(),
        )

    def finish(self, selection: SelectionRecord, score_all: bool = False) -> list[TestRecord]:
        return finish(
            problem=ToyProblem(),
            broker=Broker(self.store, {"writer": self.model}),
            evaluator=self.evaluator,
            selection=selection,
            score_all=score_all,
        )

    @property
    def wrong(self) -> list[str]:
        return check(self.store.journal, self.method, seed=7, text=self.store.text, schedule=self.schedule)

    def of(self, *kinds: type) -> list[Any]:
        return [record for record in self.store.journal if isinstance(record, kinds)]


def test_best_of_n_chooses_the_best() -> None:
    script = {(0, 0): reply(9), (1, 0): reply("RAISE"), (1, 1): reply(4), (2, 0): "nothing"}
    bench = Bench(method=BestOfN(3, debug_rounds=1), model=ToyModel(script))
    selection = bench.run()
    assert (selection.candidate, selection.reason, selection.rule) == (
        "c0001",
        "the method is done",
        "best dev loss",
    )
    assert [c.verdict for c in bench.of(CandidateRecord)][:2] == [Verdict.OK, Verdict.OK]
    assert [p.id for p in bench.of(ProposalRecord)] == ["p0000", "p0001", "p0002"]


def test_losses_that_the_reference_can_not_tell_apart_are_equal() -> None:
    bench = Bench(method=BestOfN(2), model=ToyModel({(0, 0): reply(5.2), (1, 0): reply(4)}))
    selection = bench.run()
    first, second = (candidate.loss for candidate in bench.of(CandidateRecord))
    assert 0 < first - second < ToyProblem().reference["estimate"]
    assert selection.candidate == "c0000"


class Clock(ToyEvaluator):
    """Some programs are slow, by the clock alone."""

    def __init__(self, slow: str) -> None:
        super().__init__()
        self.slow = slow

    def evaluate(self, source: str, split: str, **about: Any) -> Any:
        score = super().evaluate(source, split, **about)
        wall_s = 90.0 if source == self.slow else 0.01
        return replace(score, cases=tuple(replace(c, measured={"wall_s": wall_s}) for c in score.cases))


@pytest.mark.parametrize(("schedule", "chosen"), [("steady", "c0001"), ("generational", "c0000")])
def test_the_clock_decides_between_equals_under_the_steady_schedule_alone(schedule: str, chosen: str) -> None:
    model = ToyModel({(0, 0): reply(5.2), (1, 0): reply(4)})
    bench = Bench(method=BestOfN(2), model=model, schedule=schedule, evaluator=Clock(program(5.2)))
    assert bench.run().candidate == chosen


def test_the_canonical_journal_is_equal_for_any_number_of_workers() -> None:
    journals = []
    for workers in (1, 2, 5):
        bench = Bench(schedule="generational", workers=workers)
        bench.run()
        assert bench.wrong == []
        journals.append(canonical(bench.store.journal))
    assert journals[0] == journals[1] == journals[2]
    assert journals[0].count('"kind":"proposal"') == 9
    assert '"kind":"note"' in journals[0]


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_checker_gets_every_proposal_again(schedule: str, workers: int) -> None:
    bench = Bench(schedule=schedule, workers=workers)
    bench.run()
    assert bench.wrong == []
    saw = [record.saw for record in bench.of(ProposalRecord)]
    assert saw == sorted(saw)
    if schedule == "steady" and workers == 1:
        assert len(set(saw)) == 9


def test_the_checker_finds_a_proposal_that_saw_something_else() -> None:
    bench = Bench(workers=2)
    bench.run()
    proposals = bench.of(ProposalRecord)
    forged = replace(proposals[-1], instruction="0" * 64)
    bench.store.journal[bench.store.journal.index(proposals[-1])] = forged
    assert len(bench.wrong) == 1
    assert forged.id in bench.wrong[0]
    assert "instruction" in bench.wrong[0]
    early = replace(proposals[-1], saw=0)
    bench.store.journal[bench.store.journal.index(forged)] = early
    assert bench.wrong
    late = replace(proposals[-1], saw=10**6)
    bench.store.journal[bench.store.journal.index(early)] = late
    assert any("says that it saw" in sentence for sentence in bench.wrong)


def test_the_checker_finds_a_missing_and_a_surplus_proposal() -> None:
    bench = Bench(method=BestOfN(3))
    bench.run()
    bench.method = BestOfN(2)
    assert bench.wrong == ["p0002: the method says done instead"]
    bench.store.journal.remove(bench.of(ProposalRecord)[0])
    assert any("should have number 0" in sentence for sentence in bench.wrong)


@pytest.mark.parametrize("workers", [1, 3])
def test_carried_on_behind_any_record_a_generational_search_ends_the_same(workers: int) -> None:
    whole = Bench(schedule="generational")
    whole.run()
    expected = canonical(whole.store.journal)
    for length in range(0, len(whole.store.journal), 1 if workers == 1 else 4):
        part = Bench(
            MemoryStore(whole.store.journal[:length], whole.store.texts),
            schedule="generational",
            workers=workers,
        )
        part.run()
        assert canonical(part.store.journal) == expected
        bought = {
            r.id for r in whole.store.journal[:length] if isinstance(r, CallRecord) and r.event == "completed"
        }
        assert not bought & {key for key, _ in part.model.requests}


def test_carried_on_behind_any_record_a_steady_search_passes_the_checker() -> None:
    whole = Bench(workers=3)
    whole.run()
    for length in range(0, len(whole.store.journal), 3):
        part = Bench(MemoryStore(whole.store.journal[:length], whole.store.texts), workers=2)
        part.run()
        assert part.wrong == []
        assert {r.number for r in part.of(*RESULTS)} == set(range(9))


def test_a_search_that_is_over_is_read_and_nothing_is_paid() -> None:
    bench = Bench()
    first = bench.run()
    length, bench.model = len(bench.store.journal), None
    bench.model = ToyModel(before=lambda key: pytest.fail("asked again"))
    again = bench.run()
    assert (again.candidate, again.reason) == (first.candidate, first.reason)
    assert len(bench.store.journal) == length


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_it_stops_at_the_number_of_candidates(schedule: str) -> None:
    bench = Bench(method=BestOfN(20), stop=Candidates(5), workers=3, schedule=schedule)
    assert bench.run().reason == "5 candidates"
    assert len(bench.of(CandidateRecord)) == 5


def test_what_is_under_way_is_finished_when_it_stops() -> None:
    script = {(k, 0): reply(4 + k) for k in range(20)}
    bench = Bench(method=BestOfN(20), model=ToyModel(script), stop=TargetLoss(1.0), workers=3)
    assert bench.run().reason == "target loss 1 reached"
    assert 1 <= len(bench.of(ProposalRecord)) < 20
    assert len(bench.of(CandidateRecord)) == len(bench.of(ProposalRecord))


def test_criteria_on_what_is_spent_are_asked_only_where_a_generation_begins() -> None:
    """Or else a search that was killed within one would end there, and the undisturbed one behind it."""
    whole = Bench(method=Climb(20), stop=Calls(4), schedule="generational")
    assert whole.run().reason.endswith("4 calls")
    assert len(whole.of(ProposalRecord)) < 20
    for length in range(0, len(whole.store.journal), 2):
        part = Bench(MemoryStore(whole.store.journal[:length], whole.store.texts), method=Climb(20))
        part.stop, part.schedule = Calls(4), "generational"
        part.run()
        assert canonical(part.store.journal) == canonical(whole.store.journal)


@pytest.mark.parametrize("workers", [1, 3])
def test_an_exhausted_budget_ends_the_search_with_what_there_is(workers: int) -> None:
    script = {(k, r): reply("RAISE") for k in range(9) for r in range(9)} | {(0, 0): reply(4)}
    bench = Bench(method=BestOfN(9), model=ToyModel(script), budget=Budget(calls=4), workers=workers)
    selection = bench.run()
    assert "calls" in selection.reason
    assert selection.candidate == "c0000"
    assert len(bench.model.requests) == 4
    with_rounds = {record.proposal for record in bench.of(RoundRecord)}
    assert {record.proposal for record in bench.of(CandidateRecord)} == with_rounds


@dataclass
class Coarse(ToyEvaluator):
    """Says of every case that its reference has an error; large numbers come quicker."""

    floor: float | None = None

    def _case(self, program: str, case: Case, faulted: bool) -> CaseScore:
        score = super()._case(program, case, faulted)
        stated = {} if self.floor is None else {"error_floor": self.floor}
        return replace(score, metrics=stated, measured={"wall_s": 100.0 / score.metrics["value"] ** 2})


@pytest.mark.parametrize(
    ("floor", "chosen"), [(None, "c0000"), (2.9, "c0000"), (3.0, "c0001"), (50.0, "c0001")]
)
def test_what_the_cases_say_of_their_references_decides_which_losses_are_equal(
    floor: float | None, chosen: str
) -> None:
    model = ToyModel(script={(0, 0): reply(4), (1, 0): reply(8)})  # losses of 1 and 4
    bench = Bench(model=model, method=BestOfN(n=2), evaluator=Coarse(floor=floor))
    assert bench.run().candidate == chosen


def test_nothing_valid_selects_nothing() -> None:
    bench = Bench(method=BestOfN(2, 0), model=ToyModel({(k, 0): reply("RAISE") for k in range(2)}))
    assert bench.run().candidate is None


def test_a_model_that_can_not_be_had_stops_the_search_and_the_next_goes_on() -> None:
    down = threading.Event()
    down.set()

    def before(key: str) -> None:
        if down.is_set() and key.startswith("p0002"):
            raise MissingPrerequisite("no key")

    bench = Bench(method=BestOfN(4), model=ToyModel(before=before), workers=2)
    with pytest.raises(MissingPrerequisite, match="no key"):
        bench.run()
    down.clear()
    bench.run()
    assert len(bench.of(CandidateRecord)) == 4


def test_an_interrupt_leaves_everything_durable_and_the_next_goes_on() -> None:
    calm = Bench(schedule="generational")
    calm.run()
    interrupted = iter([False] * 6 + [True] + [False] * 99)

    def before(key: str) -> None:
        if next(interrupted):
            raise KeyboardInterrupt

    bench = Bench(schedule="generational", model=ToyModel(before=before))
    with pytest.raises(KeyboardInterrupt):
        bench.run()
    bench.run()
    assert canonical(bench.store.journal) == canonical(calm.store.journal)


class Losing(SerialPool[Any, Any]):
    """Loses the worker of some tasks, before or after it has done its work."""

    plan: Sequence[bool] = ()

    def completed(self, timeout_s: float | None) -> Sequence[tuple[int, Any]]:
        found = super().completed(timeout_s)
        self.count = getattr(self, "count", -1) + 1
        lost = self.count < len(self.plan) and self.plan[self.count]
        return [(task_id, Lost("killed")) for task_id, _ in found] if lost else found


def losing(*plan: bool) -> Callable[..., Any]:
    def build(work: Any, size: int) -> Any:
        pool = Losing(work)
        pool.plan = plan
        return pool

    return build


def test_a_lost_task_is_carried_on_and_nothing_is_bought_twice() -> None:
    bench = Bench(method=BestOfN(2), model=ToyModel({(0, 0): reply(1), (1, 0): reply(2)}), pool=losing(True))
    bench.run()
    assert len(bench.model.requests) == 2
    assert {c.number for c in bench.of(CandidateRecord)} == {0, 1}


@dataclass(frozen=True)
class Waiting:
    """Waits for ever, or for the result of its first proposal."""

    first: bool
    name: str = "waiting"
    generation: int = 4

    def settings(self) -> dict[str, Any]:
        return {}

    def propose(self, history: Any, number: int) -> Proposal | Signal:
        if number == 2:
            return Signal.DONE
        if not self.first or (number == 1 and not history.candidates):
            return Signal.WAIT
        return Proposal("program", "draft", "draft")


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("workers", [1, 3])
def test_a_method_may_wait_for_what_is_under_way_but_not_for_nothing(schedule: str, workers: int) -> None:
    bench = Bench(method=Waiting(True), schedule=schedule, workers=workers)
    bench.run()
    assert len(bench.of(CandidateRecord)) == 2
    assert bench.wrong == []
    with pytest.raises(InternalFault, match="nothing is under way"):
        Bench(method=Waiting(False), schedule=schedule, workers=workers).run()


def test_a_generation_sees_nothing_of_itself_but_its_proposals() -> None:
    seen: list[tuple[int, int]] = []

    @dataclass(frozen=True)
    class Looking(Waiting):
        def propose(self, history: Any, number: int) -> Proposal | Signal:
            seen.append((len(history.proposals), len(history.candidates)))
            return Signal.DONE if number == 8 else Proposal("program", "draft", "draft")

    Bench(method=Looking(True), schedule="generational").run()
    assert seen == [(k, 4 * (k // 4)) for k in range(9)]


def test_an_unknown_schedule_is_refused() -> None:
    with pytest.raises(UsageError, match="known: steady, generational"):
        Bench(schedule="random").run()


def test_a_failed_result_without_an_exception_of_ours_is_raised_as_it_is() -> None:
    class Interrupting(SerialPool[Any, Any]):
        def completed(self, timeout_s: float | None) -> Sequence[tuple[int, Any]]:
            return [(task_id, Failed(SystemExit(3))) for task_id, _ in super().completed(timeout_s)]

    with pytest.raises(SystemExit):
        Bench(method=BestOfN(1), pool=lambda work, size: Interrupting(work)).run()


@pytest.mark.parametrize("score_all", [False, True])
def test_the_test_split_is_scored_once(score_all: bool) -> None:
    script = {(0, 0): reply(9), (1, 0): reply(4), (2, 0): "nothing"}
    bench = Bench(method=BestOfN(3, 0), model=ToyModel(script))
    selection = bench.run()
    tests = bench.finish(selection, score_all)
    assert [test.candidate for test in tests] == (["c0000", "c0001", "c0002"] if score_all else ["c0001"])
    best = next(test for test in tests if test.candidate == "c0001")
    assert (best.verdict, best.loss, best.failed, best.cases) == (Verdict.OK, 1.0, 0, 2)
    drawn = [
        c
        for c, (_, split) in zip(bench.evaluator.candidates, bench.evaluator.evaluated, strict=True)
        if split == "test"
    ]
    assert drawn == (["c0000.r0", "c0001.r0"] if score_all else ["c0001.r0"])
    evaluated = len(bench.evaluator.evaluated)
    assert bench.finish(selection, score_all) == bench.of(TestRecord)
    assert len(bench.evaluator.evaluated) == evaluated
    assert [split for _, split in bench.evaluator.evaluated].count("test") == (2 if score_all else 1)


def test_a_fault_of_ours_on_the_test_split_is_not_recorded() -> None:
    bench = Bench(method=BestOfN(2), model=ToyModel({(0, 0): reply(9), (1, 0): reply(4)}))
    selection = bench.run()
    bench.evaluator.faults = 1
    with pytest.raises(InternalFault, match="testing c0000; the same command"):
        bench.finish(selection, True)
    assert [test.candidate for test in bench.of(TestRecord)] == ["c0001"]
    assert [test.candidate for test in bench.finish(selection, True)] == ["c0000", "c0001"]


def test_without_a_selected_candidate_nothing_is_tested() -> None:
    assert Bench().finish(SelectionRecord(None, "", "")) == []


def test_prompts_show_the_candidates_that_the_method_names() -> None:
    bench = Bench()
    bench.run()
    refined = [p for p in bench.of(ProposalRecord) if p.operator == "refine"]
    assert refined
    by_sample: dict[int, Request] = {}
    for _, request in bench.model.requests:
        by_sample.setdefault(request.sample, request)
    for proposal in refined:
        said = by_sample[proposal.number].messages[1].content
        assert f"program id={proposal.context[0]} loss=" in said
        assert "feedback:\nverdict: ok" in said
    first = next(c for c in bench.of(CandidateRecord) if c.number == 0)
    assert bench.store.text(first.program) == program(40)


def test_a_halt_finishes_what_runs_begins_nothing_more_and_freezes_nothing() -> None:
    bench = Bench(method=Climb(9), schedule="generational")
    asked = list[int]()

    def before(key: str) -> None:
        asked.append(1)

    bench.model = ToyModel(before=before)
    with pytest.raises(KeyboardInterrupt):
        search(
            problem=ToyProblem(),
            method=bench.method,
            broker=Broker(bench.store, {"writer": bench.model}),
            evaluator=bench.evaluator,
            pool=pools.chosen("serial"),
            schedule="generational",
            seed=7,
            settings=AttemptSettings(),
            halted=lambda: len(asked) >= 3,
        )
    kinds = [type(record) for record in bench.store.journal]
    assert SelectionRecord not in kinds
    assert kinds.count(ProposalRecord) == sum(kinds.count(kind) for kind in RESULTS) > 0
    calm = Bench(method=Climb(9), schedule="generational")
    calm.run()
    bench.run()
    assert canonical(bench.store.journal) == canonical(calm.store.journal)


def test_a_budget_of_several_runs_halts_a_search_and_a_larger_one_goes_on() -> None:
    bench = Bench(method=Climb(9), schedule="generational")

    def searched(calls: int | None) -> SelectionRecord:
        shared = Shared(Budget(calls=calls))
        return search(
            problem=ToyProblem(),
            method=bench.method,
            broker=Broker(bench.store, {"writer": bench.model}, shared=shared, run_id="one"),
            evaluator=bench.evaluator,
            pool=pools.chosen("serial"),
            schedule="generational",
            seed=7,
            settings=AttemptSettings(),
        )

    with pytest.raises(SharedBudgetExhausted, match="3 calls"):
        searched(3)
    assert not any(isinstance(record, SelectionRecord) for record in bench.store.journal)
    assert len(bench.model.requests) == 3
    searched(None)
    calm = Bench(method=Climb(9), schedule="generational")
    calm.run()
    assert canonical(bench.store.journal) == canonical(calm.store.journal)
