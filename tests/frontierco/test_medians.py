"""The check of medians, against its definition, and the published arithmetic with its traps."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontierco.customers import CustomerSet
from frontierco.evaluation import MOST_VIOLATIONS
from frontierco.medians import (
    ASSIGNMENTS,
    CLAIM,
    MEDIANS,
    evaluate_medians,
    median_violations,
    published_total,
)


def customers(count: int, number: int, seed: int = 0, capacity: float = 12.0) -> CustomerSet:
    random = np.random.RandomState(100 * seed + count)
    points = random.randint(0, 50, (count, 2)).astype(float)
    capacities = np.full(count, capacity) + random.randint(0, 3, count)
    return CustomerSet(number, points, capacities, random.randint(0, 6, count).astype(float))


def arrays(medians, assignments, claim=(0.0,)):
    return {
        MEDIANS: np.array(medians, dtype=np.int64),
        ASSIGNMENTS: np.array(assignments, dtype=np.int64),
        CLAIM: np.array(claim, dtype=float),
    }


def by_definition(instance: CustomerSet, medians, assignments) -> float | None:
    """The sum of the distances, or `None` if a rule is broken: one customer after another."""
    count = len(instance.demands)
    if len(set(medians)) != len(medians) or len(medians) != instance.num_medians:
        return None
    if (
        not set(medians) <= set(range(count))
        or len(assignments) != count
        or not set(assignments) <= set(medians)
    ):
        return None
    for median in medians:
        load = sum(float(d) for d, a in zip(instance.demands, assignments, strict=True) if a == median)
        if load > instance.capacities[median] + 1e-6:
            return None
    points = instance.coordinates
    return math.fsum(math.dist(points[i], points[a]) for i, a in enumerate(assignments))


@st.composite
def solutions(draw):
    """An instance with medians and assignments that are often right."""
    count = draw(st.integers(1, 8))
    number = draw(st.integers(1, count))
    instance = customers(count, number, draw(st.integers(0, 5)), draw(st.sampled_from([6.0, 12.0, 60.0])))
    medians = list(draw(st.permutations(range(count))))[:number]
    assignments = draw(st.lists(st.sampled_from(medians), min_size=count, max_size=count))
    return instance, medians, assignments


@given(solutions())
def test_the_objective_is_the_definition(solution) -> None:
    instance, medians, assignments = solution
    evaluation = evaluate_medians(instance, arrays(medians, assignments), "exact")
    expected = by_definition(instance, medians, assignments)
    assert evaluation.objective == (expected if expected is None else pytest.approx(expected))
    assert len(evaluation.violations) <= MOST_VIOLATIONS


@given(solutions(), st.data())
def test_every_mutation_is_judged_by_the_definition(solution, data) -> None:
    instance, medians, assignments = solution
    row = data.draw(st.sampled_from([medians, assignments]))
    at, value = data.draw(st.integers(0, len(row) - 1)), data.draw(st.integers(-2, len(instance.demands) + 1))
    kind = data.draw(st.sampled_from(["insert", "replace", "delete"]))
    row[at : at + (kind != "insert")] = [] if kind == "delete" else [value]
    evaluation = evaluate_medians(instance, arrays(medians, assignments), "exact")
    expected = by_definition(instance, medians, assignments)
    assert evaluation.objective == (expected if expected is None else pytest.approx(expected))


LINE = CustomerSet(
    2,
    np.array([(0, 0), (1.5, 0), (10, 0), (12.25, 0)]),
    np.array([5.0, 6.0, 5.0, 9.0]),
    np.array([2.0, 3.0, 4.0, 1.0]),
)


@pytest.mark.parametrize(
    ("medians", "assignments", "expected"),
    [
        ([0, 2], [0, 0, 2, 2], []),
        ([2, 0], [0, 0, 2, 2], []),
        ([0, 1], [1, 1, 1, 0], ["median 1 serves a demand of 9, capacity 6"]),
        (
            [0, 0],
            [0, 0, 0, 0],
            ["median 0 stands twice in medians", "median 0 serves a demand of 10, capacity 5"],
        ),
        ([0], [0, 0, 0, 0], ["1 medians, expected 2", "median 0 serves a demand of 10, capacity 5"]),
        ([0, 1, 3], [0, 0, 3, 3], ["3 medians, expected 2"]),
        (
            [0, 4],
            [0, 0, 4, 4],
            [
                "median 4 is none of the customers 0..3",
                "customer 2 is assigned to 4, which is no median",
                "customer 3 is assigned to 4, which is no median",
            ],
        ),
        ([0, 3], [0, 0, 2, 3], ["customer 2 is assigned to 2, which is no median"]),
        ([0, 3], [0, 0, 3], ["3 assignments, expected 4: one per customer"]),
        ([0, 3], [0, 0, 3, -1], ["customer 3 is assigned to -1, which is no median"]),
    ],
)
def test_violations_in_words(medians, assignments, expected) -> None:
    assert list(median_violations(LINE, arrays(medians, assignments))) == expected


def test_conventions() -> None:
    solution = arrays([0, 2], [0, 0, 2, 2])
    assert evaluate_medians(LINE, solution, "exact").objective == 3.75
    assert evaluate_medians(LINE, solution, "floor").objective == 3


@pytest.mark.parametrize(("excess", "feasible"), [(0.9e-6, True), (1.2e-6, False)])
def test_the_tolerance_of_a_capacity(excess: float, feasible: bool) -> None:
    instance = CustomerSet(1, np.zeros((2, 2)), np.array([3.0, 3.0]), np.array([1.0, 2.0 + excess]))
    assert (evaluate_medians(instance, arrays([0], [0, 0]), "exact").objective is not None) == feasible
    assert isinstance(published_total(instance, arrays([0], [0, 0])), str)


def test_a_median_need_not_serve_itself() -> None:
    assert evaluate_medians(LINE, arrays([1, 3], [1, 3, 3, 1]), "exact").objective == pytest.approx(
        1.5 + 10.75 * 2 + 2.25
    )


def test_extreme_entries_are_data() -> None:
    largest = np.iinfo(np.int64).max
    assert evaluate_medians(LINE, arrays([largest, -largest - 1], [0] * 4), "exact").objective is None
    assert evaluate_medians(LINE, arrays([0, 2], [largest, -largest - 1, 2, 2]), "exact").objective is None


class TestPublished:
    """What the published evaluation says of the same medians."""

    def test_it_rounds_every_distance_down(self) -> None:
        assert published_total(LINE, arrays([0, 2], [0, 0, 2, 2])) == 3.0

    def test_a_median_may_stand_twice(self) -> None:
        roomy = CustomerSet(2, LINE.coordinates, np.full(4, 10.0), LINE.demands)
        repeated = arrays([0, 0], [0, 0, 0, 0])
        assert published_total(roomy, repeated) == 23.0
        assert evaluate_medians(roomy, repeated, "exact").objective is None

    @pytest.mark.parametrize(
        ("solution", "reason"),
        [
            (arrays([0, 2], [0, 0, 2, 2], ()), "no objective is claimed"),
            (arrays([0], [0, 0, 0, 0]), "1 medians instead of 2"),
            (arrays([0, 2], [0, 0, 2]), "3 assignments instead of 4"),
            (arrays([0, 4], [0, 0, 0, 0]), "a median is no customer"),
            (arrays([0, 3], [0, 0, 2, 3]), "customer 2 is assigned to no median"),
            (arrays([0, 1], [1, 1, 1, 0]), "median 1 exceeds its capacity"),
            (arrays([0, 1], [0, 1, 1, 1]), "median 1 exceeds its capacity"),
        ],
    )
    def test_what_it_rejects(self, solution, reason: str) -> None:
        assert published_total(LINE, solution) == reason

    def test_a_total_of_nothing_is_refused(self) -> None:
        everybody = CustomerSet(4, LINE.coordinates, np.full(4, 10.0), LINE.demands)
        itself = arrays(range(4), range(4))
        assert published_total(everybody, itself) == "the total is not positive"
        assert evaluate_medians(everybody, itself, "exact").objective == 0.0

    @given(solutions())
    def test_it_agrees_with_ours_on_good_solutions_up_to_rounding(self, solution) -> None:
        instance, medians, assignments = solution
        ours = evaluate_medians(instance, arrays(medians, assignments), "floor").objective
        theirs = published_total(instance, arrays(medians, assignments))
        assert theirs == ours if ours else isinstance(theirs, str)
