"""The check of allocations, against its definition, and the published arithmetic with its traps."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontierco.allocations import TOLERANCE, evaluate_allocation, published_cost, serving_costs
from frontierco.facilities import FacilityInstance


def instance_of(capacities, fixed, demands, costs) -> FacilityInstance:
    return FacilityInstance(*(np.array(each, dtype=float) for each in (capacities, fixed, demands, costs)))


def two_by_three() -> FacilityInstance:
    """Two facilities, three customers; the costs tell the two directions apart."""
    return instance_of([10, 8], [100, 50], [4, 5, 6], [[4, 10, 18], [8, 5, 60]])


def arrays(opened, amounts):
    return {
        "facilities_open": np.array(opened, dtype=np.int64),
        "assignments": np.array(amounts, dtype=float),
    }


def evaluate(instance, opened, amounts):
    return evaluate_allocation(instance, arrays(opened, amounts), "exact")


GOOD = [[4, 0], [0, 5], [6, 0]]


@st.composite
def allocations(draw):
    n, m = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    demands = [draw(st.integers(0, 9)) for _ in range(m)]
    amounts = np.zeros((m, n))
    for customer, demand in enumerate(demands):
        for _ in range(demand):
            amounts[customer, draw(st.integers(0, n - 1))] += 1
    slack = [draw(st.integers(0, 3)) for _ in range(n)]
    capacities = np.maximum(amounts.sum(axis=0) + slack, 1)
    numbers = st.floats(0, 1000)
    fixed = [draw(numbers) for _ in range(n)]
    costs = [[draw(numbers) for _ in range(m)] for _ in range(n)]
    extra = [draw(st.integers(0, 1)) for _ in range(n)]
    opened = np.maximum(amounts.any(axis=0), extra).astype(np.int64)
    return instance_of(capacities, fixed, demands, costs), opened, amounts


def by_definition(instance, opened, amounts) -> float:
    total = 0.0
    for facility, is_open in enumerate(opened):
        total += instance.fixed_costs[facility] if is_open else 0.0
        for customer, demand in enumerate(instance.demands):
            if demand > 0:
                total += amounts[customer][facility] / demand * instance.costs[facility][customer]
    return total


@given(allocations())
def test_the_cost_is_the_one_of_the_definition(drawn) -> None:
    instance, opened, amounts = drawn
    evaluation = evaluate(instance, opened, amounts)
    assert evaluation.violations == ()
    assert math.isclose(evaluation.objective, by_definition(instance, opened, amounts), abs_tol=1e-9)


@given(allocations(), st.data())
def test_any_change_of_a_valid_allocation_is_caught(drawn, data) -> None:
    instance, opened, amounts = drawn
    m, n = amounts.shape
    customer, facility = data.draw(st.integers(0, m - 1)), data.draw(st.integers(0, n - 1))
    change = data.draw(st.sampled_from([1.0, -1.0, 1e-3, -1e-3, math.nan, math.inf, -math.inf]))
    amounts[customer, facility] += change
    assert evaluate(instance, opened, amounts).violations
    amounts[customer, facility] -= change if math.isfinite(change) else 0
    if amounts.any() and math.isfinite(change):
        used = int(np.flatnonzero(amounts.any(axis=0))[0])
        opened[used] = data.draw(st.sampled_from([0, 2, -1]))
        assert evaluate(instance, opened, amounts).violations


@given(allocations())
def test_moving_more_than_fits_is_caught(drawn) -> None:
    instance, opened, amounts = drawn
    load = amounts.sum(axis=0)
    full = np.maximum(1e-9, load - 0.5)
    tight = instance_of(full, instance.fixed_costs, instance.demands, instance.costs)
    over = np.flatnonzero(load > full + TOLERANCE)
    violations = evaluate(tight, opened, amounts).violations
    assert bool(violations) == bool(over.size)
    assert all("its capacity is" in text for text in violations)


def test_the_example_by_hand() -> None:
    assert evaluate(two_by_three(), [1, 1], GOOD).objective == 100 + 50 + 4 + 5 + 18
    half = [[2, 2], [0, 5], [6, 0]]
    assert evaluate(two_by_three(), [1, 1], half).objective == 150 + (2 + 4) + 5 + 18


@pytest.mark.parametrize(
    ("opened", "amounts", "words"),
    [
        ([1, 0], GOOD, "facility 1 serves customer 1, but is closed"),
        ([0, 1], GOOD, "facility 0 serves customer 0 and 1 more, but is closed"),
        ([1, 2], GOOD, "facility 1: 'facilities_open' is 2; expected 0 or 1"),
        ([1, 1], [[4, 0], [0, 4.5], [6, 0]], "customer 1 is served 4.5 of a demand of 5"),
        ([1, 1], [[4, 0], [0, 5], [7, 0]], "customer 2 is served 7 of a demand of 6"),
        ([1, 1], [[0, 4], [0, 5], [6, 0]], "facility 1 serves 9, its capacity is 8"),
        ([1, 1], [[5, -1], [0, 5], [6, 0]], "customer 0 is served -1.0 by facility 1"),
        ([1, 1], [[math.nan, 0], [0, 5], [6, 0]], "customer 0 is served nan by facility 0"),
        ([1, 1], [[math.inf, 0], [0, 5], [6, 0]], "customer 0 is served inf by facility 0"),
    ],
)
def test_violations_are_named(opened, amounts, words: str) -> None:
    assert any(re.search(words, text) for text in evaluate(two_by_three(), opened, amounts).violations)


@pytest.mark.parametrize(
    ("error", "is_valid"), [(0.9e-6, True), (-0.9e-6, True), (1.1e-6, False), (-2e-6, False)]
)
def test_demands_and_capacities_hold_within_a_millionth(error: float, is_valid: bool) -> None:
    instance = instance_of([4], [1], [4], [[1]])
    assert (evaluate(instance, [1], [[4 + error]]).objective is not None) == is_valid


def test_a_closed_facility_may_not_serve_even_a_little() -> None:
    instance = instance_of([4, 4], [1, 1], [4], [[1], [1]])
    assert evaluate(instance, [1, 0], [[4, 1e-12]]).violations


def test_only_the_first_violations_are_told_however_large_the_numbers() -> None:
    instance = instance_of([1] * 30, [1] * 30, [1] * 20, np.ones((30, 20)))
    for value in (1e308, math.nan, -math.inf):
        evaluation = evaluate(instance, [0] * 30, np.full((20, 30), value))
        assert len(evaluation.violations) == 5


def test_a_customer_without_demand_costs_nothing() -> None:
    instance = instance_of([5], [7], [0, 5], [[99, 3]])
    assert evaluate(instance, [1], [[0], [5]]).objective == 10
    assert serving_costs(instance, np.array([[1e-7], [5.0]])).tolist() == [0.0, 3.0]


class TestPublished:
    """Each trap that the published evaluation has, beside what is said here."""

    square = instance_of([10, 8], [100, 50], [4, 5], [[4, 10], [8, 5]])

    def test_square_and_valid_is_as_ours(self) -> None:
        given = arrays([1, 1], [[4, 0], [0, 5]])
        assert published_cost(self.square, given) == evaluate_allocation(self.square, given, "").objective

    def test_more_customers_than_facilities_fail(self) -> None:
        assert "IndexError" in str(published_cost(two_by_three(), arrays([1, 1], GOOD)))
        assert evaluate(two_by_three(), [1, 1], GOOD).objective is not None

    def test_more_facilities_than_customers_are_not_looked_at(self) -> None:
        instance = instance_of([10, 8, 1], [100, 50, 1000], [4, 5], [[4, 10], [8, 5], [1, 1]])
        good, crowded = [[4, 0, 0], [0, 5, 0]], [[4, 0, 0], [0, 0, 5]]
        assert published_cost(instance, arrays([1, 1, 1], good)) == 159
        assert evaluate(instance, [1, 1, 1], good).objective == 1159
        assert published_cost(instance, arrays([1, 0, 0], crowded)) == 104
        assert evaluate(instance, [1, 0, 0], crowded).violations

    def test_amounts_that_are_no_numbers_pass(self) -> None:
        given = arrays([1, 1], [[math.nan, 0], [0, 5]])
        assert "accepts amounts that are no numbers" in str(published_cost(self.square, given))
        assert evaluate_allocation(self.square, given, "").violations

    def test_any_other_entry_than_one_is_closed(self) -> None:
        given = arrays([1, 2], [[4, 0], [5, 0]])
        assert published_cost(self.square, given) == 114
        assert evaluate_allocation(self.square, given, "").violations

    @pytest.mark.parametrize(
        ("opened", "amounts", "words"),
        [
            ([1, 0], [[4, 0], [0, 5]], "closed"),
            ([1, 1], [[4, 0], [0, 4]], "demand"),
            ([1, 1], [[5, -1], [0, 5]], "negative"),
            ([1, 1], [[0, 4], [0, 5]], "capacity"),
        ],
    )
    def test_what_it_rejects(self, opened, amounts, words: str) -> None:
        assert words in str(published_cost(self.square, arrays(opened, amounts)))
