"""What a cell says, and what a table refuses."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.tables import Bounded, Column, Table
from solversmith.tables.model import MISSING, counted, loss_text, seconds_text, usd_text


@pytest.mark.parametrize(
    ("value", "floor", "shown"),
    [
        (1e-9, 1e-6, "<= 1.000e-06"),
        (1e-6, 1e-6, "<= 1.000e-06"),
        (2e-6, 1e-6, "2.000e-06"),
        (-0.02, None, "-0.0200"),
        (0.0, None, "0"),
        (0.0, 0.0, "0"),
        (0.25, None, "0.2500"),
    ],
)
def test_a_loss_at_or_below_the_references_error_is_only_a_bound(
    value: float, floor: float | None, shown: str
) -> None:
    assert Column("loss", "loss", "loss").show(Bounded(value, floor)) == shown


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        Bounded(value)
    with pytest.raises(ValueError, match="finite"):
        Bounded(1.0, value)


def test_an_empty_cell_is_shown_as_missing_and_never_as_zero() -> None:
    assert Column("n", "n", "count").show(None) == MISSING
    assert Column("n", "n", "count").show(0) == "0"


@pytest.mark.parametrize(
    ("style", "cell", "shown"),
    [
        ("count", 1234567, "1,234,567"),
        ("seconds", 0.0123, "0.012 s"),
        ("seconds", 12.5, "12.50 s"),
        ("seconds", 125.2, "2 min 05 s"),
        ("seconds", 3725, "1 h 02 min"),
        ("usd", 0.0, "0"),
        ("usd", 0.00012, "0.00012"),
        ("usd", 12.3456, "12.35"),
        ("share", 0.875, "88 %"),
        ("text", "abc", "abc"),
    ],
)
def test_numbers_are_written_by_style(style: str, cell: str | float, shown: str) -> None:
    assert Column("x", "x", style).show(cell) == shown


@given(st.floats(min_value=-1e300, max_value=1e300))
def test_a_written_loss_is_within_its_four_digits(value: float) -> None:
    assert float(loss_text(value)) == pytest.approx(value, rel=6e-3, abs=0)


@given(st.floats(min_value=0, max_value=1e7))
def test_durations_and_amounts_are_never_empty(value: float) -> None:
    assert seconds_text(value)
    assert usd_text(value)


def test_one_thing_is_no_things() -> None:
    assert [counted(number, "call") for number in (0, 1, 2)] == ["0 calls", "1 call", "2 calls"]


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(ValueError, match="no column style 'los'"):
        Column("loss", "loss", "los")


def test_cells_without_a_column_and_double_columns_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\['b'\]"):
        Table("", (Column("a", "a"),), ({"b": 1},))
    with pytest.raises(ValueError, match="one key"):
        Table("", (Column("a", "a"), Column("a", "b")), ())
