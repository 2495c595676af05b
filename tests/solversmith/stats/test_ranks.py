"""Average ranks, Friedman's test and critical differences on the example of Demsar 2006."""

from __future__ import annotations

import math

import pytest
from scipy.stats import friedmanchisquare

from solversmith.errors import UsageError
from solversmith.stats import critical_difference, ranking, ranks

# Table 6: areas under the curve of C4.5, C4.5+m, C4.5+cf, C4.5+m+cf on 14 data sets; higher is better.
AUC = [
    (0.763, 0.768, 0.771, 0.798),
    (0.599, 0.591, 0.590, 0.569),
    (0.954, 0.971, 0.968, 0.967),
    (0.628, 0.661, 0.654, 0.657),
    (0.882, 0.888, 0.886, 0.898),
    (0.936, 0.931, 0.916, 0.931),
    (0.661, 0.668, 0.609, 0.685),
    (0.583, 0.583, 0.563, 0.625),
    (0.775, 0.838, 0.866, 0.875),
    (1.000, 1.000, 1.000, 1.000),
    (0.940, 0.962, 0.965, 0.962),
    (0.619, 0.666, 0.614, 0.669),
    (0.972, 0.981, 0.9751, 0.975),  # equal as printed; the paper ranks them 2 and 3
    (0.957, 0.978, 0.946, 0.970),
]
BY_UNIT = [ranks([1 - value for value in row]) for row in AUC]


def test_the_published_average_ranks_and_critical_differences() -> None:
    found = ranking(BY_UNIT)
    assert [round(rank, 3) for rank in found.average] == [3.143, 2.0, 2.893, 1.964]
    assert found.critical == pytest.approx(1.25, abs=0.005)
    assert critical_difference(4, 14, 0.10) == pytest.approx(1.12, abs=0.005)


def test_friedman_is_scipy_s_and_without_its_correction_for_ties_the_published_one() -> None:
    found = ranking(BY_UNIT)
    expected = friedmanchisquare(*zip(*[[1 - value for value in row] for row in AUC], strict=True))
    assert found.friedman == pytest.approx(expected.statistic)
    squares = math.fsum((rank - 2.5) ** 2 for row in BY_UNIT for rank in row)
    assert found.friedman * squares / (14 * 3) / (4 * 5 / 12) == pytest.approx(9.28, abs=0.005)


def test_no_two_of_the_published_variants_differ_but_the_first_and_the_last_nearly_do() -> None:
    """Differences up to 3.143 - 1.964 = 1.18: within 1.25 at .05, and beyond 1.12 at .10."""
    assert ranking(BY_UNIT).groups == ((3, 1, 2, 0),)
    # From 1.964 the third is .93 away and the fourth 1.18; from 2.000 the fourth is 1.14 away.
    assert ranking(BY_UNIT, 0.10).groups == ((3, 1, 2), (2, 0))


@pytest.mark.parametrize(
    ("k", "level", "q"),
    [(2, 0.05, 1.960), (3, 0.05, 2.343), (10, 0.05, 3.164), (2, 0.10, 1.645), (10, 0.10, 2.920)],
)
def test_critical_values_are_those_of_the_published_table(k: int, level: float, q: float) -> None:
    """Table 5 (a), whose entries are cut, not rounded."""
    assert critical_difference(k, 1, level) / math.sqrt(k * (k + 1) / 6) == pytest.approx(q, abs=0.0011)


def test_losses_inside_the_reference_s_error_share_a_rank() -> None:
    assert ranks([3e-5, 1.0, 1e-6, 0.5], 1e-4) == (1.5, 4.0, 1.5, 3.0)
    assert ranks([3e-5, 1.0, 1e-6, 0.5]) == (2.0, 4.0, 1.0, 3.0)
    assert ranks([0.2, 0.2, 0.1]) == (2.5, 2.5, 1.0)


def test_a_solver_that_differs_from_all_is_in_no_group() -> None:
    rows = [(1.0, 2.0, 3.0)] * 8 + [(1.0, 3.0, 2.0)] * 8
    found = ranking(rows)
    assert found.groups == ((1, 2),)
    assert found.p < 1e-6


def test_units_that_all_rank_alike_and_units_that_are_all_ties() -> None:
    assert ranking([(1.0, 2.0)] * 5).f == math.inf
    assert ranking([(1.0, 2.0)] * 5).p == 2.0**-4
    tied = ranking([(1.5, 1.5)] * 5)
    assert (tied.friedman, tied.p, tied.groups) == (0.0, 1.0, ((0, 1),))


def test_so_few_units_that_nothing_can_differ() -> None:
    few = ranking([(1.0, 2.0)] * 5)
    assert (few.least, few.groups) == (2.0**-4, ((0, 1),))
    assert few.critical < 1.0  # as the normal approximation has it
    enough = ranking([(1.0, 2.0)] * 6)
    assert (enough.least, enough.groups) == (2.0**-5, ())


@pytest.mark.parametrize("rows", [[], [(1.0, 2.0)], [(1.0,), (1.0,)], [(1.0, 2.0), (1.0,)]])
def test_too_few_are_refused(rows: list[tuple[float, ...]]) -> None:
    with pytest.raises(UsageError):
        ranking(rows)
    with pytest.raises(UsageError):
        ranks([math.nan])
