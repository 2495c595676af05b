"""Views of a journal, and folds that remember."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from toy import best_so_far

from solversmith.contract import Verdict
from solversmith.history import Past, event_of
from solversmith.records import CandidateRecord, NoteRecord, ProposalRecord, SelectionRecord, TestRecord


def proposal(number: int) -> ProposalRecord:
    return ProposalRecord(
        f"p{number:04d}", number, "program", "draft", "draft", (), (), "0", "writer", None, 0, {}, 0
    )


def candidate(number: int, loss: float | None = 1.0, verdict: Verdict = Verdict.OK) -> CandidateRecord:
    return CandidateRecord(f"c{number:04d}", f"p{number:04d}", number, 0, 1, "0", verdict, loss, 0)


def note(number: int) -> NoteRecord:
    return NoteRecord(f"n{number:04d}", f"p{number:04d}", number, "0")


def count(state: tuple[int, ...], event: Any) -> tuple[int, ...]:
    return (*state, event.number)


EVENTS = st.one_of(
    st.integers(0, 30).map(proposal),
    st.builds(candidate, st.integers(0, 30), st.one_of(st.none(), st.floats(-1, 5))),
    st.integers(0, 30).map(note),
)


def past_of(events: list[Any]) -> Past:
    past = Past(7, {"0": "text"}.__getitem__)
    for index, event in enumerate(events):
        past.add(3 * index, event)
    return past


def test_a_view_is_a_history() -> None:
    view = past_of([proposal(1), proposal(0), candidate(1), note(0)]).view(7)
    assert (view.seed, view.position, view.text("0")) == (7, 7, "text")
    assert [p.number for p in view.proposals] == [0, 1]
    assert [c.number for c in view.candidates] == [1]
    assert view.notes == ()


def test_only_some_records_can_be_seen() -> None:
    assert event_of(SelectionRecord(None, "", "")) is None
    assert event_of(TestRecord("c0", Verdict.OK, 0.0, 0, 1, "0")) is None
    assert event_of(note(1)) == note(1)


def test_of_a_fault_of_ours_a_method_learns_only_that_the_proposal_is_set_aside() -> None:
    fault = candidate(1, None, Verdict.INTERNAL_ERROR)
    past = past_of(
        [proposal(0), proposal(1), candidate(0), fault, candidate(2), candidate(1), fault, note(1)]
    )
    faulted = [past.view(3 * count).faulted for count in range(9)]
    aside = frozenset({"p0001"})
    assert faulted == [frozenset()] * 4 + [aside] * 2 + [frozenset()] + [aside] + [frozenset()]
    assert [past.view(3 * count).faulted for count in reversed(range(9))] == faulted[::-1]
    view = past.view(99)
    assert [c.number for c in view.candidates] == [0, 2, 1]
    assert view.fold(count, ()) == (0, 1, 0, 2, 1, 1)


@given(st.lists(EVENTS, max_size=20), st.lists(st.integers(0, 70), min_size=1, max_size=10))
def test_a_fold_equals_folding_from_scratch_at_any_position_in_any_order(
    events: list[Any], positions: list[int]
) -> None:
    past = past_of(events)
    for position in positions:
        view = past.view(position)
        before = [event for index, event in enumerate(events) if 3 * index < position]
        assert view.fold(count, ()) == tuple(event.number for event in before)
        assert view.fold(count, (-1,)) == (-1, *(event.number for event in before))
        assert view.fold(best_so_far, None) == past_of(before).view(10**6).fold(best_so_far, None)


def test_a_fold_goes_on_where_it_was() -> None:
    seen = []

    def step(state: int, event: Any) -> int:
        seen.append(event.number)
        return state + 1

    past = past_of([proposal(k) for k in range(4)])
    assert past.view(4).fold(step, 0) == 2
    assert past.view(12).fold(step, 0) == 4
    assert seen == [0, 1, 2, 3]


def test_a_start_of_another_type_is_another_fold() -> None:
    past = past_of([])
    assert past.view(1).fold(count, 0) == 0
    assert past.view(1).fold(count, False) is False


def test_steps_that_are_made_anew_each_time_do_not_pile_up() -> None:
    past = past_of([proposal(0)])
    for _ in range(200):
        assert past.view(1).fold(lambda state, event: state + 1, 0) == 1
    assert len(past._folds) <= 64
