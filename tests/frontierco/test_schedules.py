"""The check of schedules, against its definition in plain loops and against the published arithmetic."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontierco.evaluation import MOST_VIOLATIONS
from frontierco.job_shops import job_shop
from frontierco.schedules import evaluate_schedule, published_makespan, times_on

JOBS = [[[(1, 3)], [(2, 5), (3, 7)]], [[(1, 4), (2, 3), (3, 1)]]]
SHOP = job_shop(3, JOBS)


def arrays(machines, starts):
    return {
        "machine_assignments": np.array(machines, dtype=np.int64),
        "start_times": np.array(starts, dtype=np.float64),
        "makespan": np.empty(0),
    }


def evaluate(machines, starts, shop=SHOP):
    return evaluate_schedule(shop, arrays(machines, starts), "makespan")


def by_definition(jobs, machines, starts) -> float | None:
    """The makespan, or `None` if any rule is broken, by loops over everything."""
    operations = [options for job in jobs for options in job]
    if len(machines) != len(operations) or len(starts) != len(operations):
        return None
    spans = []
    for options, machine, start in zip(operations, machines, starts, strict=True):
        if machine not in dict(options) or not start >= 0:
            return None
        spans.append((start, start + dict(options)[machine]))
    first = 0
    for job in jobs:
        for operation in range(first, first + len(job) - 1):
            if spans[operation + 1][0] < spans[operation][1]:
                return None
        first += len(job)
    for one, other in combinations(range(len(spans)), 2):
        if machines[one] == machines[other]:
            apart = spans[one][1] <= spans[other][0] or spans[other][1] <= spans[one][0]
            if not apart:
                return None
    return max(end for _, end in spans)


@st.composite
def shops(draw):
    option = st.dictionaries(st.integers(1, 3), st.integers(0, 4), min_size=1).map(
        lambda found: list(found.items())
    )
    return draw(st.lists(st.lists(option, min_size=1, max_size=3), min_size=1, max_size=3))


@st.composite
def schedules(draw):
    """A shop and a schedule that holds: jobs take turns, each operation as early as it can or later."""
    jobs = draw(shops())
    turns = draw(st.permutations([number for number, job in enumerate(jobs) for _ in job]))
    free, ready, chosen = [0.0] * 4, [0.0] * len(jobs), [[] for _ in jobs]
    for job in turns:
        machine, time = draw(st.sampled_from(jobs[job][len(chosen[job])]))
        start = max(free[machine], ready[job]) + draw(st.sampled_from([0, 0, 0, 1, 0.5]))
        free[machine] = ready[job] = start + time
        chosen[job].append((machine, start))
    flat = [pair for pairs in chosen for pair in pairs]
    return jobs, [machine for machine, _ in flat], [start for _, start in flat]


@given(shops(), st.data())
def test_feasible_exactly_if_the_definition_says_so(jobs, data) -> None:
    count = sum(map(len, jobs))
    machines = data.draw(st.lists(st.integers(1, 3), min_size=count, max_size=count))
    starts = data.draw(st.lists(st.integers(-1, 9), min_size=count, max_size=count))
    evaluation = evaluate(machines, starts, job_shop(3, jobs))
    assert evaluation.objective == by_definition(jobs, machines, starts)
    assert len(evaluation.violations) <= MOST_VIOLATIONS


@given(schedules())
def test_a_schedule_has_its_makespan_by_ours_and_by_the_published_arithmetic(case) -> None:
    jobs, machines, starts = case
    expected = by_definition(jobs, machines, starts)
    assert expected is not None
    assert evaluate(machines, starts, job_shop(3, jobs)).objective == expected
    assert published_makespan(job_shop(3, jobs), arrays(machines, starts)) == expected


@given(schedules(), st.data())
def test_every_mutation_of_a_schedule_is_caught(case, data) -> None:
    jobs, machines, starts = case
    shop = job_shop(3, jobs)
    at = data.draw(st.integers(0, len(machines) - 1))

    def changed(row, value):
        return [*row[:at], value, *row[at + 1 :]]

    able = [machine for options in jobs for operation in options for machine, _ in operation]
    for machine in (0, 4, -1, 2**62, -(2**62)):
        assert machine not in able
        assert evaluate(changed(machines, machine), starts, shop).objective is None
    for start in (-1e-9, -3, math.nan, math.inf, -math.inf, 1e300):
        assert evaluate(machines, changed(starts, start), shop).objective is None
    assert evaluate(machines[:-1], starts, shop).objective is None
    assert evaluate(machines, starts[:-1], shop).objective is None
    assert evaluate([*machines, 1], [*starts, 1e6], shop).objective is None
    start = data.draw(st.floats(0, 12))
    moved = changed(starts, start)
    assert evaluate(machines, moved, shop).objective == by_definition(jobs, machines, moved)


@pytest.mark.parametrize(
    ("machines", "starts", "expected"),
    [
        (
            [1, 2, 1],
            [0, 3, 2],
            ["machine 1 overlaps at 2-3: operation 0 takes 0-3, operation 2 2-6"],
        ),
        (
            [1, 2, 3],
            [0, 2, 0],
            ["operation 1 (step 1 of job 0) starts at 2, before the previous one of its job ends at 3"],
        ),
        ([2, 2, 1], [0, 3, 3], ["operation 0 (step 0 of job 0) is on machine 2, which can't do it (1 can)"]),
        (
            [1, 2, 9],
            [0, 3, 3],
            ["operation 2 (step 0 of job 1) is on machine 9, which can't do it (1, 2, 3 can)"],
        ),
        ([1, 2, 3], [0, 3, -5], ["operation 2 (step 0 of job 1) starts at -5; expected 0 to 2^53"]),
        ([1, 2], [0, 3, 3], ["machine_assignments has 2 entries, expected 3"]),
        (
            [],
            [0.0],
            ["machine_assignments has 0 entries, expected 3", "start_times has 1 entries, expected 3"],
        ),
        ([1, 2, 3], [0, 3, 0], []),
    ],
)  # fmt: skip
def test_violations_in_words(machines, starts, expected) -> None:
    assert list(evaluate(machines, starts).violations) == expected


def test_floats_count_as_they_are() -> None:
    assert evaluate([1, 2, 3], [0, 3.5, 0]).objective == 8.5
    assert evaluate([1, 2, 3], [0, 3.5, 0.5]).objective == 8.5
    assert evaluate([1, 2, 3], [0, 2.9999999, 0]).objective is None
    assert isinstance(evaluate([1, 2, 3], [0, 3, 0]).objective, int)


def test_a_zero_time_inside_another_operation_overlaps() -> None:
    shop = job_shop(1, [[[(1, 4)]], [[(1, 0)]]])
    assert evaluate([1, 1], [0, 2], shop).objective is None
    assert evaluate([1, 1], [0, 4], shop).objective == 4
    assert evaluate([1, 1], [0, 0], shop).objective == 4


class TestPublishedTraps:
    def test_starts_before_zero_make_any_makespan(self) -> None:
        early = arrays([1, 2, 3], [-999991, -999988, -999990])
        assert published_makespan(SHOP, early) == -999983
        assert evaluate_schedule(SHOP, early, "makespan").objective is None

    def test_entries_beyond_the_last_operation_are_not_looked_at(self) -> None:
        long = arrays([1, 2, 3, 99], [0, 3, 0, -5])
        assert published_makespan(SHOP, long) == 8
        assert evaluate_schedule(SHOP, long, "makespan").objective is None

    @pytest.mark.parametrize(
        ("machines", "starts", "words"),
        [
            ([1, 2], [0, 3, 0], "machine_assignments has 2 entries for 3 operations"),
            ([1, 2, 3], [0, 3], "start_times has 2 entries for 3 operations"),
            ([3, 2, 3], [0, 3, 0], "which can't do it"),
            ([1, 2, 3], [0, 2, 0], "before the previous one"),
            ([1, 2, 1], [0, 3, 2], "machine 1 overlaps"),
        ],
    )
    def test_what_it_rejects_it_rejects_with_a_reason(self, machines, starts, words: str) -> None:
        found = published_makespan(SHOP, arrays(machines, starts))
        assert isinstance(found, str)
        assert words in found


def test_times_of_any_machines() -> None:
    assert times_on(SHOP, np.array([1, 3, 2])).tolist() == [3, 7, 3]
    assert times_on(SHOP, np.array([0, 1, 2**63 - 1])).tolist() == [-1, -1, -1]
