"""The gap between dev and test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.gap import Gap, gap_of


@pytest.mark.parametrize(
    ("dev", "test", "short", "text", "flagged"),
    [
        (0.01, 0.012, "1.2x", "1.2 times the dev loss", False),
        (0.01, 0.03, "3x", "3 times the dev loss", False),
        (0.01, 0.031, "3.1x !", "3.1 times the dev loss (WARNING: more than 3 times)", True),
        (0.5, 0.25, "0.5x", "0.5 times the dev loss", False),
        (-0.01, -0.02, "-0.01", "-0.01 from the dev loss", False),
        (0.0, 0.0, "+0", "+0 from the dev loss", False),
        (0.0, 0.05, "+0.05 !", "+0.05 from the dev loss (WARNING: more than 3 times)", True),
    ],
)
def test_a_gap_is_a_factor_where_there_is_one(
    dev: float, test: float, short: str, text: str, flagged: bool
) -> None:
    gap = Gap(dev, test)
    assert (gap.short, gap.text, gap.flagged) == (short, text, flagged)


def test_below_what_the_references_resolve_there_is_no_gap() -> None:
    assert gap_of(1e-12, 1e-7, 1e-6, 1e-6) == Gap(1e-6, 1e-6)
    assert gap_of(1e-12, 1e-4, 1e-6, 1e-6) == Gap(1e-6, 1e-4)


def test_without_both_losses_there_is_none() -> None:
    assert gap_of(None, 1.0) is gap_of(1.0, None) is None


@given(st.floats(1e-9, 1e3), st.floats(1e-9, 1e3))
def test_it_is_flagged_exactly_above_three(dev: float, test: float) -> None:
    gap = gap_of(dev, test)
    assert gap is not None
    assert gap.flagged == (test > 3.0 * dev) == gap.short.endswith("!")
