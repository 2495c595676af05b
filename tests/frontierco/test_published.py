"""The published arithmetic, traps included."""

import math
from dataclasses import replace

import numpy as np
import pytest
from co_programs import graphs
from hypothesis import given
from hypothesis import strategies as st

from frontierco.evaluation import Evaluation
from frontierco.published import published_result, published_score
from problems.co.mds.problem import DEFINITION as MDS
from problems.co.mis.problem import DEFINITION as MIS

finite = st.floats(1e-6, 1e9)


@pytest.mark.parametrize(
    ("objective", "best", "expected"),
    [
        (98, 98, 1.0),
        (100, 98, 0.98),  # frb100-40: the optimum scores less than what was published for it
        (90, 100, 0.9),
        (110, 100, 1 - 10 / 110),
        (-999783, 100, 1 - 999883 / 100),  # negative start times of a schedule
    ],
)
def test_by_hand(objective: float, best: float, expected: float) -> None:
    assert published_score(objective, best) == pytest.approx(expected)


@pytest.mark.parametrize(("objective", "best"), [(0, 0), (-5, 0), (math.nan, 3), (math.inf, 3)])
def test_where_it_has_no_number(objective: float, best: float) -> None:
    assert published_score(objective, best) is None


@given(finite, finite)
def test_it_is_best_where_a_solution_equals_the_best_known_one_and_blind_to_the_sense(
    a: float, b: float
) -> None:
    assert published_score(a, b) == pytest.approx(published_score(b, a))
    assert 0 <= published_score(a, b) <= 1
    assert published_score(b, b) == 1


@given(graphs(), st.lists(st.integers(0, 9), max_size=9), st.sampled_from([MIS, MDS]))
def test_the_short_way_for_sets_of_vertices_says_what_the_long_one_does(instance, chosen, definition) -> None:
    """Where ours takes a set, the published evaluation has the same number and is not asked."""
    (key,) = definition.answer(instance)
    arrays = {key: np.array(chosen, dtype=np.int64)}
    ours = definition.evaluate(instance, arrays, "count")
    assert definition.agrees(instance, arrays, ours) == (ours.objective is not None)
    long_way = published_result(replace(definition, agrees=None), instance, arrays, ours, 3)
    assert published_result(definition, instance, arrays, ours, 3) == long_way
    if ours.objective is not None:
        never = replace(definition, published=lambda *_: pytest.fail("it was asked"))
        assert published_result(never, instance, arrays, ours, 3) == long_way


def test_where_it_is_as_ours() -> None:
    same = replace(MIS, published=None)
    found = published_result(same, None, {}, Evaluation(7), 8)
    assert (found.objective, found.score) == (7, 1 - 1 / 8)
    failed = published_result(same, None, {}, Evaluation(None, ("edge 1-2 inside the set",)), 8)
    assert (failed.objective, failed.says, failed.score) == (None, "edge 1-2 inside the set", None)
    assert published_result(same, None, {}, Evaluation(7), None).score is None
    assert published_result(same, None, {}, Evaluation(0), 0).says == "its score is no number"
