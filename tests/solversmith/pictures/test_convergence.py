"""What the chart of convergence shows, read back from the axes."""

from __future__ import annotations

import pytest

from codepde.order import metrics
from solversmith.pictures.convergence import convergence_in, draw_convergence, slope_line

SIZES = [128, 256, 512, 1024]
FLOORS = [1e-9] * 4


def second_order(error: float = 1e-2) -> dict:
    """Errors of second order down to the floor, which counts no more."""
    return metrics(SIZES, [error, error / 4, error / 16, 2e-9], FLOORS)


@pytest.fixture
def axes():
    return pytest.importorskip("matplotlib.figure").Figure().subplots()


def test_points_and_slope_of_a_program(axes) -> None:
    found = convergence_in("c0001 on test", second_order())
    assert found is not None
    draw_convergence(axes, [found])
    points, slope = axes.lines
    assert list(points.get_xdata()) == SIZES
    assert list(points.get_ydata()) == [0.01, 0.0025, 0.000625, 2e-9]
    assert list(slope.get_xdata()) == [128, 512]  # what is at the floor is not in the slope
    assert list(slope.get_ydata()) == pytest.approx([0.01, 0.000625])
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert [text.get_text() for text in axes.get_xticklabels()] == [str(size) for size in SIZES]
    (legend,) = axes.get_legend().get_texts()
    assert legend.get_text() == "c0001 on test: order 2.00"


def test_what_failed_and_what_is_exact_is_said(axes) -> None:
    failed = convergence_in("dev", metrics(SIZES, [None, 1e-3, None, None], FLOORS))
    exact = convergence_in("test", metrics(SIZES, [0.0] * 4, FLOORS))
    draw_convergence(axes, [failed, exact])
    assert len(axes.lines) == 2  # no slopes
    assert list(axes.lines[1].get_ydata()) == [1e-16] * 4
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "dev: no order: incomplete; failed at 128, 512, 1024 points",
        "test: no order: saturated",
    ]


def test_records_without_the_grids_in_use_have_a_slope_too() -> None:
    old = {key: value for key, value in second_order().items() if key != "order_used"}
    ((least, first), (most, last)) = slope_line(convergence_in("old", old))
    assert (least, most) == (128, 1024)
    assert first / last == pytest.approx(8.0**2)


def test_nothing_is_drawn_of_what_was_not_measured() -> None:
    assert convergence_in("dev", {}) is None
    assert convergence_in("dev", {"order": None, "order_note": "internal_error"}) is None
