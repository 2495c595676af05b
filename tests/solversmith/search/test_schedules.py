"""What a proposal may have seen, told from the journal alone."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from toy import MemoryStore, ToyEvaluator, ToyModel, ToyProblem

from solversmith import pools
from solversmith.broker import Broker
from solversmith.contract import Verdict
from solversmith.errors import UsageError
from solversmith.methods.best_of_n import BestOfN
from solversmith.records import CandidateRecord, NoteRecord, ProposalRecord, Record, SessionRecord
from solversmith.records.canonical import canonical
from solversmith.search import search
from solversmith.search.schedules import Schedule, schedule_of
from solversmith.stop import Calls


def proposal(number: int, saw: int = 0) -> ProposalRecord:
    return ProposalRecord(
        f"p{number:04d}", number, "program", "draft", "draft", (), (), "0", "writer", None, 0, {}, saw
    )


def candidate(number: int, verdict: Verdict = Verdict.OK) -> CandidateRecord:
    return CandidateRecord(f"c{number:04d}", f"p{number:04d}", number, 0, 1, "0", verdict, None, 0)


def note(number: int) -> NoteRecord:
    return NoteRecord(f"n{number:04d}", f"p{number:04d}", number, "0")


def read(schedule: Schedule, *records: Record) -> Schedule:
    for position, record in enumerate(records):
        schedule.read(position, record)
    return schedule


def numbers(records: object) -> list[int]:
    return [record.number for record in records]


def test_steady_sees_what_stands_before_its_position() -> None:
    schedule = read(
        schedule_of("steady", 0, str, 3),
        SessionRecord(),
        proposal(0),
        proposal(1),
        candidate(1),
        candidate(0),
    )
    assert schedule.next_saw(5, idle=False) == 5
    assert numbers(schedule.seen(4).candidates) == [1]
    assert numbers(schedule.seen(5).candidates) == [1, 0]
    assert numbers(schedule.seen(2).proposals) == [0]
    assert schedule.seen(4).position == 4


def test_a_generation_is_seen_by_number_whatever_was_ready_first() -> None:
    results: list[Record] = [candidate(0), candidate(1), note(2), candidate(3)]
    seen = set()
    for chance in range(10):
        random.Random(chance).shuffle(results)
        schedule = read(schedule_of("generational", 0, str, 4), *map(proposal, range(4)), *results)
        view = schedule.seen(8)
        seen.add((tuple(numbers(view.candidates)), tuple(numbers(view.notes)), view.position))
    assert seen == {((0, 1, 3), (2,), 8)}


def test_a_full_generation_must_be_over_before_the_next_begins() -> None:
    schedule = read(schedule_of("generational", 0, str, 2), proposal(0, 0))
    assert schedule.next_saw(1, idle=False) == 0
    schedule.read(1, proposal(1, 0))
    assert schedule.next_saw(2, idle=False) is None
    schedule.read(2, candidate(1))
    assert schedule.next_saw(3, idle=False) is None
    assert schedule.seen(0).candidates == ()
    schedule.read(3, candidate(0))
    assert schedule.next_saw(4, idle=True) == 4
    assert numbers(schedule.seen(4).candidates) == [0, 1]
    assert schedule.next_saw(9, idle=False) == 4


def test_results_behind_the_beginning_of_a_generation_are_not_seen_by_it() -> None:
    schedule = read(
        schedule_of("generational", 0, str, 2), proposal(0, 0), proposal(1, 0), candidate(0), candidate(1)
    )
    assert numbers(schedule.seen(3).candidates) == [0]
    assert numbers(schedule.seen(4).candidates) == [0, 1]


def test_a_generation_that_was_begun_goes_on_after_a_restart() -> None:
    schedule = read(
        schedule_of("generational", 0, str, 2),
        *(proposal(0, 0), proposal(1, 0), candidate(0), candidate(1)),
        *(SessionRecord(), proposal(2, 4), candidate(2)),
    )
    assert schedule.next_saw(7, idle=True) == 4
    assert numbers(schedule.seen(4).candidates) == [0, 1]
    assert numbers(schedule.seen(4).proposals) == [0, 1, 2]


def test_waiting_ends_a_generation_that_has_begun() -> None:
    schedule = read(schedule_of("generational", 0, str, 5), proposal(0, 0))
    assert schedule.waits(idle=False)
    assert schedule.next_saw(1, idle=False) is None
    schedule.read(1, candidate(0))
    assert schedule.next_saw(2, idle=True) == 2
    schedule.seen(2)
    assert not schedule.waits(idle=True)


def test_faults_of_ours_are_seen_by_nobody() -> None:
    fault = candidate(0, Verdict.INTERNAL_ERROR)
    for name in ("steady", "generational"):
        schedule = read(schedule_of(name, 0, str, 1), proposal(0), fault)
        assert schedule.seen(2).candidates == ()


def test_spent_is_read_only_where_a_generation_begins() -> None:
    """Or the number of workers would decide where the search ends."""
    journals = []
    for workers in (1, 4):
        store = MemoryStore()
        search(
            problem=ToyProblem(),
            method=replace(BestOfN(4), debug_rounds=0),
            broker=Broker(store, {"writer": ToyModel()}),
            evaluator=ToyEvaluator(),
            pool=pools.chosen("threads"),
            workers=workers,
            schedule="generational",
            stop=Calls(2),
        )
        journals.append(canonical(store.journal))
    assert journals[0] == journals[1]
    assert journals[0].count('"kind":"candidate"') == 4


def test_an_unknown_schedule_is_refused() -> None:
    with pytest.raises(UsageError, match="no schedule named 'stead'"):
        schedule_of("stead", 0, str, 1)
