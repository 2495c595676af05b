"""Attempts elsewhere: all crosses as bytes, workers are lost at every point, and nothing is paid twice."""

from __future__ import annotations

import itertools
import pickle
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from toy import Climb, MemoryStore, ToyEvaluator, ToyModel, ToyProblem

from solversmith import pools
from solversmith.attempt import AttemptSettings, attempt
from solversmith.broker import Broker
from solversmith.contract import Failed, Lost
from solversmith.errors import InternalFault
from solversmith.records import CallRecord, NoteRecord, sha256
from solversmith.records.canonical import canonical
from solversmith.remote.desk import Desk, DeskShipping
from solversmith.remote.far_broker import NOT_YET, FarBroker
from solversmith.remote.parcel import Ending, Parcel
from solversmith.search import check, search

SEED, METHOD = 7, Climb(8)


class WorkerGone(BaseException):
    """The worker's process is no more."""


def crossed(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - our own bytes


@dataclass
class Elsewhere:
    """Carries attempts out as a worker would, and may be lost `before` or `behind` one of its questions."""

    desk: Desk
    at: int = -1
    when: str = "before"
    asked: itertools.count[int] = field(default_factory=itertools.count)

    def ask(self, group: str, name: str, *arguments: Any) -> Any:
        number = next(self.asked)
        if number == self.at and self.when == "before":
            raise WorkerGone
        answer = crossed(getattr(self.desk, name)(*crossed(arguments)))
        if number == self.at:
            raise WorkerGone
        return answer

    def __call__(self, parcel: Parcel) -> Any:
        problem, parcel = ToyProblem(), crossed(parcel)
        broker, evaluator, settings = (
            FarBroker(self.ask, parcel),
            ToyEvaluator(problem),
            AttemptSettings(seed=SEED),
        )
        attempt(parcel.task.proposal, parcel.rounds, problem, broker, evaluator, settings, parcel.task.shown)
        number = next(self.asked)  # coming back is a point at which it may be lost, too
        if number == self.at:
            raise WorkerGone
        return crossed(broker.ending())


class Shipped:
    """A pool over another: what it is given is packed, and a worker that is gone is a task that is lost."""

    def __init__(self, inner: Any, shipping: DeskShipping) -> None:
        self._inner, self._shipping = inner, shipping
        self._packed: dict[int, Parcel] = {}

    def submit(self, task: Any) -> int:
        packed = self._shipping.packed(task)
        number: int = self._inner.submit(packed)
        self._packed[number] = packed
        return number

    def completed(self, timeout_s: float | None) -> Sequence[Any]:
        return [(number, self._told(number, came)) for number, came in self._inner.completed(timeout_s)]

    def _told(self, number: int, came: Any) -> Any:
        packed, result = self._packed.pop(number), _lost(came)
        if isinstance(result, Ending):
            result = self._shipping.result(packed, result)
        self._shipping.over(packed)
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def _lost(result: Any) -> Any:
    gone = isinstance(result, Failed) and isinstance(result.error, WorkerGone)
    return Lost("gone") if gone else result


def searched(at: int = -1, when: str = "before") -> tuple[MemoryStore, ToyModel, int]:
    """A whole search; how many questions were asked."""
    store, model, desk = MemoryStore(), ToyModel(), Desk()
    broker = Broker(store, {"writer": model})
    elsewhere = Elsewhere(desk, at, when)

    def pool(work: Any, size: int) -> Any:
        return Shipped(pools.chosen("threads")(elsewhere, size), DeskShipping(desk, work.broker))

    search(
        problem=ToyProblem(),
        method=METHOD,
        broker=broker,
        evaluator=ToyEvaluator(),
        pool=pool,
        workers=1,
        schedule="generational",
        seed=SEED,
    )
    return store, model, next(elsewhere.asked)


@pytest.fixture(scope="module")
def calm() -> tuple[str, int]:
    """The canonical journal of a search in one process, and how many questions it takes elsewhere."""
    store, model = MemoryStore(), ToyModel()
    search(
        problem=ToyProblem(),
        method=METHOD,
        broker=Broker(store, {"writer": model}),
        evaluator=ToyEvaluator(),
        pool=pools.chosen("serial"),
        schedule="generational",
        seed=SEED,
    )
    elsewhere, _, questions = searched()
    assert canonical(elsewhere.journal) == canonical(store.journal)
    assert check(elsewhere.journal, METHOD, seed=SEED, text=elsewhere.text, schedule="generational") == []
    return canonical(store.journal), questions


@pytest.mark.parametrize("when", ["before", "behind"])
def test_a_worker_that_is_lost_at_any_point_costs_no_call(calm: tuple[str, int], when: str) -> None:
    undisturbed, questions = calm
    assert questions > 20
    for at in range(questions):
        store, model, _ = searched(at, when)
        assert canonical(store.journal) == undisturbed, at
        keys = Counter(key for key, _ in model.requests)
        assert set(keys.values()) == {1}, at
        calls = Counter(record.event for record in store.journal if isinstance(record, CallRecord))
        assert calls == {"started": len(keys), "completed": len(keys)}, at


def task_of(store: MemoryStore) -> Any:
    """The task of a recorded proposal."""
    from solversmith.contract import Proposal
    from solversmith.search.proposals import Task, recorded

    proposal = Proposal("program", "draft", "draft", instruction="go")
    store.put_text("go")
    return Task(recorded(proposal, 0, 0))


def test_who_was_given_up_records_nothing_more_but_what_it_bought_is_kept() -> None:
    store, desk = MemoryStore(), Desk()
    begun, may_end = threading.Event(), threading.Event()

    def wait(key: str) -> None:
        begun.set()
        assert may_end.wait(30)

    model = ToyModel(before=wait)
    parcel = desk.issued(Broker(store, {"writer": model}), task_of(store))
    elsewhere = Elsewhere(desk)
    raised: list[BaseException] = []

    def work() -> None:
        try:
            elsewhere(parcel)
        except InternalFault as error:
            raised.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    assert begun.wait(30)
    desk.withdraw(parcel.ticket)
    desk.withdraw(parcel.ticket)
    may_end.set()
    worker.join(30)
    assert ["given up" in str(error) for error in raised] == [True]
    assert [record.event for record in store.journal if isinstance(record, CallRecord)] == [
        "started",
        "completed",
    ]
    assert len(store.journal) == 2


def test_arrays_are_kept_by_the_host_and_not_for_who_was_given_up() -> None:
    store, desk = MemoryStore(), Desk()
    parcel = desk.issued(Broker(store, {"writer": ToyModel()}), task_of(store))
    broker = FarBroker(Elsewhere(desk).ask, parcel)
    answers = np.array([[1.0, 2.0]], np.float32)
    sha = broker.put_array(answers)
    assert np.array_equal(store.array(sha), answers)
    assert np.array_equal(broker.array(sha), answers)
    desk.withdraw(parcel.ticket)
    with pytest.raises(InternalFault, match="given up"):
        broker.put_array(answers)


def test_a_far_broker_sends_texts_with_the_record_behind_them() -> None:
    store, desk = MemoryStore(), Desk()
    parcel = desk.issued(Broker(store, {"writer": ToyModel()}), task_of(store))
    sent: list[tuple[str, str]] = []

    def ask(group: str, name: str, *arguments: Any) -> Any:
        sent.append((group, name))
        answer: Callable[..., Any] = getattr(desk, name)
        return answer(*arguments)

    broker = FarBroker(ask, parcel)
    assert broker.put_text("new") == sha256("new")
    assert broker.text(sha256("new")) == "new"
    assert broker.text(sha256("go")) == "go"
    assert sent == []
    store.put_text("elsewhere")
    assert broker.text(sha256("elsewhere")) == "elsewhere"
    assert sent == [("records", "text")]
    assert sha256("new") not in store.texts
    with pytest.raises(NotImplementedError):
        broker.records()
    with pytest.raises(NotImplementedError):
        broker.spent()


def test_the_last_record_comes_back_with_the_attempt_and_not_from_who_was_given_up() -> None:
    store, desk = MemoryStore(), Desk()
    parcel = desk.issued(Broker(store, {"writer": ToyModel()}), task_of(store))
    shipping = DeskShipping(desk, Broker(store, {}))
    broker = FarBroker(Elsewhere(desk).ask, parcel)
    with pytest.raises(InternalFault, match="without a last record"):
        broker.ending()
    sha = broker.put_text("an idea")
    note = NoteRecord("n0000", parcel.task.proposal.id, 0, sha)
    assert broker.record(note) == NOT_YET
    assert store.journal == []
    assert sha not in store.texts
    assert shipping.result(parcel, crossed(broker.ending())) == note
    assert [(type(record), store.text(record.text)) for record in store.journal] == [(NoteRecord, "an idea")]
    shipping.over(parcel)
    with pytest.raises(InternalFault, match="given up"):
        shipping.result(parcel, broker.ending())
    assert len(store.journal) == 1
