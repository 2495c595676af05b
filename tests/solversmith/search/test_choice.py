"""Members of mixtures, chosen when a proposal is made: recorded, checked, and the same after any restart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from toy import Climb, MemoryStore, ToyEvaluator, ToyProblem, reply

from solversmith import pools
from solversmith.broker import Broker, ledger_of
from solversmith.contract import Completion, Price, Request, SearchMethod, TokenUsage
from solversmith.contract.model import Arm, Model
from solversmith.methods.best_of_n import BestOfN
from solversmith.models.bandit import Bandit
from solversmith.models.mix import Mix
from solversmith.records import CallRecord, CandidateRecord, ProposalRecord
from solversmith.records.canonical import canonical
from solversmith.search import SCHEDULES, check, search
from solversmith.search.choice import _gain

SEED = 7


@dataclass
class Writer:
    """Answers every request for a sample with the same number."""

    name: str
    answers: Mapping[int, object]
    price: Price | None = field(default_factory=lambda: Price(1, 1))
    tokens: int = 10
    asked: list[Request] = field(default_factory=list)

    def complete(self, request: Request, key: str) -> Completion:
        """One number a sample."""
        self.asked.append(request)
        said = reply(self.answers.get(request.sample, 50))
        return Completion(said, f"{self.name}-told", usage=TokenUsage(self.tokens, self.tokens))


def members(**more: Any) -> dict[str, Model]:
    return {
        "a": Writer("a", {number: 4 + 40 / (number + 1) for number in range(99)}),
        "b": Writer("b", {}, tokens=40, **more),
    }


def mix() -> Mix:
    return Mix("mix:a,b", members(), {"a": 0.5, "b": 0.5})


def bandit() -> Bandit:
    return Bandit("bandit:a,b", members(), {"a": 0.1, "b": 0.1}, "tokens")


def searched(
    model: Any,
    store: MemoryStore,
    schedule: str,
    n: int,
    method: SearchMethod | None = None,
    workers: int = 1,
) -> None:
    search(
        problem=ToyProblem(),
        method=method or BestOfN(n=n, debug_rounds=1),
        broker=Broker(store, {"writer": model}),
        evaluator=ToyEvaluator(),
        pool=pools.chosen("threads" if workers > 1 else "serial"),
        workers=workers,
        schedule=schedule,
        seed=SEED,
        models={"writer": model},
    )


def proposals(store: MemoryStore) -> list[ProposalRecord]:
    return [record for record in store.journal if isinstance(record, ProposalRecord)]


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("made", [mix, bandit])
def test_every_call_of_a_proposal_goes_to_its_member(schedule: str, made: Any) -> None:
    store, model = MemoryStore(), made()
    searched(model, store, schedule, 16)
    chosen = {record.id: record.model for record in proposals(store)}
    assert set(chosen.values()) == {"a", "b"}
    calls = [record for record in store.journal if isinstance(record, CallRecord)]
    for call in calls:
        assert (call.model or "").removesuffix("-told") == chosen[call.proposal]
    assert [name for name, _ in ledger_of(calls).models] == ["a", "b"]
    for name, writer in model.members.items():
        assert {request.model for request in writer.asked} == {name}
    method = BestOfN(n=16, debug_rounds=1)
    models = {"writer": made()}
    told = {"seed": SEED, "text": store.text, "schedule": schedule, "models": models}
    assert check(store.journal, method, **told) == []
    last = proposals(store)[-1]
    other = "a" if last.model == "b" else "b"
    forged = [replace(record, model=other) if record == last else record for record in store.journal]
    assert check(forged, method, **told) == [f"{last.id}: model is {other!r}, the method says {last.model!r}"]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_bandit_goes_on_the_same_from_every_record(schedule: str) -> None:
    whole = MemoryStore()
    searched(bandit(), whole, schedule, 8, Climb(n=8))
    for length in range(0, len(whole.journal), 3):
        store = MemoryStore()
        store.journal, store.texts = list(whole.journal[:length]), dict(whole.texts)
        searched(bandit(), store, schedule, 8, Climb(n=8))
        assert canonical(store.journal) == canonical(whole.journal)


def test_generations_choose_alike_with_any_number_of_workers() -> None:
    stores = [MemoryStore() for _ in range(3)]
    for store, workers in zip(stores, (1, 3, 4), strict=True):
        searched(bandit(), store, "generational", 12, Climb(n=12), workers)
    assert len({canonical(store.journal) for store in stores}) == 1


def test_the_bandit_finds_out_who_improves() -> None:
    store = MemoryStore()
    searched(bandit(), store, "steady", 40)
    late = [record.model for record in proposals(store)[10:]]
    assert late.count("a") > 0.8 * len(late)


def test_arms_are_what_the_journal_says() -> None:
    seen: list[Mapping[str, Arm]] = []

    class Curious(Mix):
        def choose(self, seed: int, number: int, arms: Mapping[str, Arm]) -> str:
            seen.append(arms)
            return "a" if number % 2 == 0 else "b"

    store = MemoryStore()
    searched(Curious("x", members(), {"a": 1.0}), store, "steady", 3)
    assert seen[0] == {"a": Arm(), "b": Arm()}
    losses = [r.loss for r in store.journal if isinstance(r, CandidateRecord)]
    assert losses[0] is not None
    assert losses[2] is not None
    assert seen[1]["a"] == Arm(1, 1.0, 1, 1, 20, 20e-6)
    assert seen[2]["b"] == Arm(1, 0.0, 1, 1, 80, 80e-6)


def test_a_single_model_and_a_given_program_name_no_member() -> None:
    store = MemoryStore()
    searched(Writer("a", {}), store, "steady", 2)
    assert [record.model for record in proposals(store)] == ["", ""]


@pytest.mark.parametrize(
    ("best", "key", "gain"),
    [
        (None, (2, 9.0), 1.0),
        ((0, 2.0), (0, 1.5), 0.25),
        ((0, 2.0), (0, 2.0), 0.0),
        ((0, 2.0), (1, 0.0), 0.0),
        ((1, 2.0), (0, 9.0), 1.0),
        ((0, 0.0), (0, -0.1), 1.0),
        ((0, 0.1), (0, -0.9), 1.0),
        ((0, -0.2), (0, -0.3), 0.5),
    ],
)
def test_gains(best: tuple[int, float] | None, key: tuple[int, float], gain: float) -> None:
    assert _gain(best, key) == pytest.approx(gain)
