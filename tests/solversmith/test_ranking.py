"""The one order of results: ties within the error of the reference, and failures behind successes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.contract import Verdict
from solversmith.history import Past
from solversmith.methods.parts.ranking import distinct, replaces, with_one
from solversmith.progress import Standing, step
from solversmith.ranking import by_rank, error_of, in_order, is_better, is_tie, leaders, ranks
from solversmith.records import CandidateRecord
from solversmith.search.choice import _gain
from solversmith.stop import NoImprovement


def candidate(number: int, loss: float | None, failed: int = 0, error: float | None = 0.5) -> CandidateRecord:
    verdict = Verdict.CRASH if failed else Verdict.OK
    return CandidateRecord(
        f"c{number:04d}", f"p{number:04d}", number, 0, 1, "0", verdict, loss, failed, error_floor=error
    )


def numbers(found: list[CandidateRecord] | tuple[CandidateRecord, ...]) -> list[int]:
    return [each.number for each in found]


def test_losses_within_the_error_are_ties_and_the_number_decides() -> None:
    first, second, third = candidate(0, 1.25), candidate(1, 1.0), candidate(2, 0.5)
    assert is_tie(first, second)
    assert is_tie(second, third)
    assert is_better(third, first)
    assert numbers(in_order([first, second, third])) == [1, 2, 0]
    rank = ranks([first, second, third])
    assert [rank(each) for each in (first, second, third)] == [1, 0, 0]
    assert leaders([(0, 1.25), (0, 1.0), (0, 0.5)], 0.5) == ((0, 0.5), (0, 1.25))


def test_without_a_known_error_every_difference_counts() -> None:
    found = [candidate(0, 1.25, error=None), candidate(1, 1.0, error=None)]
    assert numbers(in_order(found)) == [1, 0]
    assert numbers(in_order([replace(each, error_floor=0.0) for each in found])) == [1, 0]
    assert ranks(found, least=0.25)(found[0]) == 0


def test_no_error_makes_a_failure_as_good_as_a_success() -> None:
    partly, well, lost = candidate(0, 0.0, failed=1, error=9.0), candidate(1, 5.0), candidate(2, None, 2)
    assert numbers(in_order([lost, partly, well])) == [1, 0, 2]
    assert is_tie(lost, replace(lost, number=7))


LOSSES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0, 2.0, None]), min_size=1, max_size=8)


@given(LOSSES, st.randoms())
def test_ranks_are_those_of_the_set_whatever_its_order(losses: list[float | None], chance) -> None:
    found = [candidate(k, loss, failed=loss is None) for k, loss in enumerate(losses)]
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert in_order(shuffled) == in_order(found)
    rank, other = ranks(found), ranks(shuffled)
    assert [rank(each) for each in found] == [other(each) for each in found]
    for one in found:
        for two in found:
            if rank(one) < rank(two):
                assert not is_better(two, one)
            if is_better(one, two):
                assert rank(one) < rank(two)
    assert len({rank(each) for each in found}) == len(distinct(tuple(found)))


@given(LOSSES, st.integers(1, 3))
def test_a_population_holds_no_two_that_tie(losses: list[float | None], most: int) -> None:
    kept: tuple[CandidateRecord, ...] = ()
    for number, loss in enumerate(losses):
        kept = with_one(kept, candidate(number, loss, failed=loss is None), most)
    assert not any(is_tie(one, two) for one in kept for two in kept if one is not two)
    assert len(kept) <= most


def test_a_population_is_not_led_away_by_steps_within_the_error() -> None:
    kept: tuple[CandidateRecord, ...] = (candidate(0, 1.25),)
    for number, loss in ((1, 1.0), (2, 0.8)):
        kept = with_one(kept, candidate(number, loss), 1)
    assert numbers(kept) == [0]
    assert numbers(with_one(kept, candidate(3, 0.5), 1)) == [3]
    assert numbers(with_one((candidate(5, 1.25),), candidate(4, 1.5), 1)) == [4]
    assert replaces(candidate(0, 1.5), candidate(1, 1.25))
    assert not replaces(candidate(1, 1.25), candidate(0, 1.5))


def test_what_is_within_the_error_is_no_improvement_to_anybody() -> None:
    found = [candidate(0, 1.25), candidate(1, 1.0), candidate(2, 0.8)]
    standing = Standing(3)
    past = Past(0, str)
    for place, each in enumerate(found):
        standing = step(standing, each)
        past.add(place, each)
    assert (standing.best_id, standing.best_loss) == ("c0000", 1.25)
    assert NoImprovement(2)(past.view(3), None) is not None
    assert NoImprovement(3)(past.view(3), None) is None
    assert _gain((0, 1.25), (0, 0.8), 0.5) == 0.0
    assert _gain((0, 1.25), (0, 0.5), 0.5) == pytest.approx(0.6)


def test_items_are_ranked_by_their_candidates() -> None:
    items = [("b", candidate(3, 2.0)), ("a", candidate(2, 0.25)), ("c", candidate(1, 0.5))]
    assert [name for name, _ in by_rank(items, lambda item: item[1])] == ["c", "a", "b"]
    assert (error_of([]), error_of([candidate(0, 1.0, error=None)])) == (0.0, 0.0)
