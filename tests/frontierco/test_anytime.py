"""Trajectories: integrals against a direct sum, times to a gap, thinning."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontierco.anytime import MOST_POINTS, Point, Trajectory
from frontierco.gap import MAX, MIN

LIMIT_S = 10.0
objectives = st.lists(st.one_of(st.none(), st.integers(50, 300)), min_size=1, max_size=30)


def trajectory(values, best=100, sense=MIN, times=None) -> Trajectory:
    times = times or np.linspace(0, LIMIT_S, len(values) + 2)[1:-1].tolist()
    return Trajectory(tuple(Point(t, v) for t, v in zip(times, values, strict=True)), sense, best, LIMIT_S)


def test_by_hand() -> None:
    found = trajectory([None, 200, 125, 150, 100], times=[1.0, 2.0, 4.0, 5.0, 8.0])
    assert [p.objective for p in found.improvements] == [200, 125, 100]
    assert found.primal_integral() == pytest.approx((2 * 1.0 + 2 * 0.5 + 4 * 0.2 + 2 * 0.0) / 10)
    assert found.time_to(0.2) == 4.0
    assert found.time_to(0.05) == 8.0
    assert found.time_to(-0.01) is None
    assert not found.regressed


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([120, 110], False),
        ([110, 120], True),
        ([110, 110], False),
        ([110, None], True),
        ([None], False),
        ([None, 110], False),
        ([110, 90, 100], True),
    ],
)
def test_regressed(values, expected) -> None:
    assert trajectory(values).regressed is expected


def test_to_maximise_more_is_better() -> None:
    found = trajectory([80, 95, 90], sense=MAX)
    assert [p.objective for p in found.improvements] == [80, 95]
    assert found.regressed
    assert found.gap(80) == 0.2


@given(objectives, st.sampled_from([MIN, MAX]))
def test_the_integral_is_the_mean_of_the_clipped_incumbents_gap(values, sense) -> None:
    found = trajectory(values, sense=sense)
    grid = (np.arange(20_000) + 0.5) * LIMIT_S / 20_000
    pick = min if sense == MIN else max
    total = 0.0
    for t in grid[::40]:
        seen = [p.objective for p in found.points if p.t_s <= t and p.objective is not None]
        total += 1.0 if not seen else max(0.0, found.gap(pick(seen)))
    assert found.primal_integral() == pytest.approx(total / 500, abs=0.01 + len(values) / 500)


@given(objectives)
def test_the_integral_is_between_0_and_1_and_earlier_is_no_worse(values) -> None:
    late = trajectory(values)
    early = trajectory(values, times=[p.t_s / 2 for p in late.points])
    assert 0.0 <= early.primal_integral() <= late.primal_integral() <= 1.0


def test_solutions_past_the_limit_do_not_count_in_the_integral() -> None:
    assert trajectory([100], times=[LIMIT_S + 1]).primal_integral() == 1.0


def test_nothing_feasible() -> None:
    found = trajectory([None, None])
    assert (found.improvements, found.primal_integral(), found.time_to(1.0)) == ((), 1.0, None)


def test_no_best_known_value() -> None:
    found = trajectory([120, 110], best=None)
    assert (found.primal_integral(), found.time_to(0.05), found.gap(110)) == (None, None, None)
    assert [row[2] for row in found.rows()] == [None, None]


@given(st.lists(st.one_of(st.none(), st.integers(50, 300)), min_size=1, max_size=700), st.integers(3, 60))
def test_thinning_keeps_first_last_and_best(values, most: int) -> None:
    found = trajectory(values)
    rows = found.rows(most)
    assert len(rows) <= max(2, most)
    assert len(rows) == min(len(values), most)
    assert [rows[0][1], rows[-1][1]] == [values[0], values[-1]]
    assert rows == sorted(rows, key=lambda row: row[0])
    feasible = [v for v in values if v is not None]
    if feasible:
        assert min(row[1] for row in rows if row[1] is not None) == min(feasible)


def test_improvements_are_kept_before_others() -> None:
    values = [1000 - i if i % 10 == 0 else 2000 for i in range(1000)]
    kept = {row[1] for row in trajectory(values).rows()}
    assert {1000 - i for i in range(0, 1000, 10)} <= kept
    assert len(trajectory(values).rows()) == MOST_POINTS


def test_gap_at_a_time_and_half_of_the_way() -> None:
    found = trajectory([None, 200, 125, 150, 100], times=[1.0, 2.0, 4.0, 5.0, 8.0])
    assert [found.gap_at(t) for t in (0.5, 1.0, 2.0, 3.9, 4.0, 9.0)] == [None, None, 0.5, 0.5, 0.2, 0.0]
    assert found.half_way_s() == 4.0
    assert trajectory([120]).half_way_s() is None
    assert trajectory([None]).half_way_s() is None


@pytest.mark.parametrize("sense", [MIN, MAX])
def test_par2_counts_twice_the_limit_where_a_target_was_not_reached(sense) -> None:
    found = trajectory([100], sense=sense, times=[3.0])
    assert (found.par2_s(0.0), found.par2_s(-0.01)) == (3.0, 2 * LIMIT_S)
    assert trajectory([None]).par2_s(0.5) == 2 * LIMIT_S
    assert trajectory([100], best=None).par2_s(0.5) is None


@given(objectives, st.sampled_from([MIN, MAX]))
def test_half_of_the_way_lies_between_the_first_and_the_last_improvement(values, sense) -> None:
    found = trajectory(values, sense=sense)
    half_s, curve = found.half_way_s(), found.improvements
    if len(curve) < 2:
        assert half_s is None
    else:
        assert curve[0].t_s < half_s <= curve[-1].t_s
