"""Paired comparisons against scipy, against every sign pattern counted out, and published examples."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata, wilcoxon

from solversmith.errors import UsageError
from solversmith.stats import Tally, differences, holm, signed_rank_test, tally

# Heights of cross- less self-fertilised maize, in eighths of an inch: Darwin's data, as scipy documents it.
DARWIN = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]


def counted_out(found: list[float], clusters: list[int]) -> float:
    """The p value by its definition: every pattern of signs of clusters."""
    left = [(value, name) for value, name in zip(found, clusters, strict=True) if value]
    ranks = rankdata([abs(value) for value, _ in left])
    names = sorted({name for _, name in left})
    signed = {
        name: sum(
            math.copysign(rank, value) for (value, of), rank in zip(left, ranks, strict=True) if of == name
        )
        for name in names
    }
    observed = abs(sum(signed.values()))
    sums = [
        abs(sum(sign * signed[name] for sign, name in zip(signs, names, strict=True)))
        for signs in itertools.product((1, -1), repeat=len(names))
    ]
    return sum(value >= observed - 1e-9 for value in sums) / len(sums)


def test_a_published_example() -> None:
    assert signed_rank_test(DARWIN).p == pytest.approx(0.041259765625, abs=1e-12)


@pytest.mark.parametrize("n", [3, 8, 25, 49])
def test_without_ties_it_is_scipy_s_exact_test(n: int) -> None:
    rng = random.Random(n)
    found = [rng.gauss(0.3, 1.0) for _ in range(n)]
    assert signed_rank_test(found).p == pytest.approx(wilcoxon(found, method="exact").pvalue, rel=1e-9)


def test_beyond_what_is_counted_out_it_is_close_to_scipy_s_approximation() -> None:
    rng = random.Random(5)
    found = [rng.gauss(0.05, 1.0) for _ in range(600)]
    test = signed_rank_test(found)
    assert test.how.endswith("normal approximation")
    assert test.p == pytest.approx(wilcoxon(found, correction=False).pvalue, rel=1e-6)


@given(
    st.lists(st.tuples(st.integers(-4, 4), st.integers(0, 4)), min_size=1, max_size=10),
)
def test_ties_and_clusters_are_counted_out(both: list[tuple[int, int]]) -> None:
    found, clusters = [float(value) for value, _ in both], [name for _, name in both]
    if any(found):
        assert signed_rank_test(found).p == pytest.approx(counted_out(found, list(range(len(found)))))
        assert signed_rank_test(found, clusters).p == pytest.approx(counted_out(found, clusters))


def test_cases_of_one_run_are_not_so_many_runs() -> None:
    """Ten cases in each of three runs, all won: as independent units that looks certain."""
    found = [-1.0 - 0.01 * number for number in range(30)]
    runs = [number // 10 for number in range(30)]
    assert signed_rank_test(found).p == pytest.approx(2.0**-29)
    clustered = signed_rank_test(found, runs)
    assert (clustered.p, clustered.least_p, clustered.clusters) == (0.25, 0.25, 3)


@pytest.mark.parametrize(("n", "least"), [(1, 1.0), (4, 0.125), (5, 0.0625), (6, 0.03125)])
def test_the_least_possible_p_is_what_winning_everywhere_gives(n: int, least: float) -> None:
    test = signed_rank_test([float(-k) for k in range(1, n + 1)])
    assert (test.p, test.least_p) == (least, least)


def test_ties_alone_say_nothing() -> None:
    test = signed_rank_test([0.0, 0.0])
    assert (test.p, test.ties) == (1.0, 2)
    assert signed_rank_test([]).p is None


def test_holm_s_correction_of_a_published_example() -> None:
    """Demsar 2006, section 3.2.2: three variants of C4.5 against it; the first two are better at .05."""
    assert holm([0.016, 0.019, 0.607]) == pytest.approx([0.048, 0.048, 0.607])
    assert holm([0.607, 0.019, 0.016]) == pytest.approx([0.607, 0.048, 0.048])
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    with pytest.raises(UsageError):
        holm([1.5])


def test_what_the_reference_can_not_tell_apart_is_a_tie() -> None:
    found = differences([1e-5, 0.2, 0.1], [5e-5, 0.1, 0.3], [1e-4, 1e-4, None])
    assert found == pytest.approx([0.0, 0.1, -0.2])
    assert tally(found) == Tally(1, 1, 1)
    assert str(tally(found)) == "1/1/1"


def test_relative_differences_have_no_scale_and_may_be_of_gaps_below_zero() -> None:
    assert differences([2e-9, 2.0], [1e-9, 1.0], relative=True) == pytest.approx([0.5, 0.5])
    assert differences([-0.1, 0.0], [0.1, 0.0], relative=True) == pytest.approx([-2.0, 0.0])


@pytest.mark.parametrize(("ours", "theirs"), [([1.0], []), ([math.nan], [1.0])])
def test_what_can_not_be_paired_is_refused(ours: list[float], theirs: list[float]) -> None:
    with pytest.raises(UsageError):
        differences(ours, theirs)
    with pytest.raises(UsageError):
        signed_rank_test([1.0], ["a", "b"])
