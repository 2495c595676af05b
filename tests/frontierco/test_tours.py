"""The check of tours, against its definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontierco.evaluation import MOST_VIOLATIONS
from frontierco.instances import DistanceMatrix, PointSet
from frontierco.tours import evaluate_tour, published_tour_length, tour_violations

small = st.integers(1, 9)


def points(count: int) -> PointSet:
    return PointSet(np.random.RandomState(count).randint(0, 100, (count, 2)).astype(float), "nint")


def evaluate(tour, count: int):
    return evaluate_tour(points(count), {"tour": np.array(tour, dtype=np.int64)}, "nint")


@given(small, st.lists(st.integers(-2, 11), max_size=14))
def test_feasible_exactly_if_it_is_a_permutation(count: int, tour) -> None:
    evaluation = evaluate(tour, count)
    assert (evaluation.objective is not None) == (sorted(tour) == list(range(count)))
    assert len(evaluation.violations) <= MOST_VIOLATIONS


@given(small.flatmap(lambda n: st.permutations(range(n))), st.data())
def test_every_mutation_of_a_tour_is_caught(tour, data) -> None:
    count = len(tour)
    assert evaluate(tour, count).violations == ()
    at = data.draw(st.integers(0, count - 1))
    value = data.draw(st.integers(-3, count + 3).filter(lambda v: v != tour[at]))
    assert evaluate([*tour[:at], value, *tour[at + 1 :]], count).objective is None
    assert evaluate(tour[:at] + tour[at + 1 :], count).objective is None
    assert evaluate([*tour, value], count).objective is None


@given(small.flatmap(lambda n: st.permutations(range(n))))
def test_the_objective_is_the_length(tour) -> None:
    coordinates = points(len(tour)).coordinates
    legs = np.linalg.norm(coordinates[tour] - coordinates[np.roll(tour, -1)], axis=1)
    assert evaluate(tour, len(tour)).objective == np.floor(legs + 0.5).sum()


@given(small.flatmap(lambda n: st.permutations(range(n))), st.sampled_from([1.0, 0.5]))
def test_given_distances_are_added_up(tour, unit: float) -> None:
    count = len(tour)
    upper = np.triu(np.random.RandomState(count).randint(0, 99, (count, count)) * unit, 1)
    instance = DistanceMatrix(upper + upper.T)
    found = evaluate_tour(instance, {"tour": np.array(tour)}, "explicit").objective
    assert found == sum(instance.matrix[a, b] for a, b in zip(tour, tour[1:] + tour[:1], strict=True))
    assert isinstance(found, int) or unit < 1
    assert evaluate_tour(instance, {"tour": np.array([*tour, 0])}, "explicit").objective is None
    assert "needs coordinates" in published_tour_length(instance, {"tour": np.array(tour)})


@pytest.mark.parametrize(
    ("tour", "expected"),
    [
        ([0, 1, 2, 1], ["city 1 visited twice (positions 1 and 3)", "city 3 never visited"]),
        (
            [2, 2, 2, 2],
            ["city 2 visited 4 times (positions 0 and 1)", *[f"city {c} never visited" for c in (0, 1, 3)]],
        ),
        ([0, 1, 2], ["the tour has 3 entries, expected 4", "city 3 never visited"]),
        ([0, 1, 2, 3, 0], ["the tour repeats city 0 at its end; it closes by itself, leave that out"]),
        ([1, 2, 3, 4], ["city 4 (position 3) is none of 0..3", "city 0 never visited"]),
        ([0, 1, 2, -1], ["city -1 (position 3) is none of 0..3", "city 3 never visited"]),
        ([], ["the tour has 0 entries, expected 4", *[f"city {c} never visited" for c in range(4)]]),
        ([0, 1, 2, 3], []),
    ],
)
def test_violations_in_words(tour, expected) -> None:
    assert list(tour_violations(np.array(tour, dtype=np.int64), 4)) == expected


def test_extreme_entries_are_data() -> None:
    largest = np.iinfo(np.int64).max
    assert evaluate([largest, -largest - 1, 1, 2], 4).objective is None
