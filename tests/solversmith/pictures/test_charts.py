"""What charts show, read back from the axes."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.pictures.charts import Mark, draw_accuracy, draw_anytime, draw_progress, pareto

figure = pytest.importorskip("matplotlib.figure")


@pytest.fixture
def axes():
    return figure.Figure().subplots()


marks = st.lists(
    st.builds(Mark, st.just("c"), st.floats(1e-3, 1e3), st.floats(0.0, 10.0)), min_size=1, max_size=20
)


@given(marks)
def test_nothing_beats_a_mark_of_the_front(found: list[Mark]) -> None:
    front = pareto(found)
    for mark in front:
        assert not any(other.wall_s < mark.wall_s and other.loss < mark.loss for other in found)
    for mark in found:
        assert any(f.wall_s <= mark.wall_s and f.loss <= mark.loss for f in front)
    assert [f.wall_s for f in front] == sorted(f.wall_s for f in front)


def test_best_so_far_never_gets_worse(axes) -> None:
    draw_progress(axes, [(0, 0.3), (2, 0.1), (1, 0.5)])
    best = axes.lines[1].get_ydata()
    assert list(best) == [0.3, 0.3, 0.1]
    assert axes.get_yscale() == "log"


def test_human_programs_are_named_and_the_floor_is_drawn(axes) -> None:
    draw_accuracy(axes, [Mark("c0000", 1.0, 1e-3)], [Mark("expert", 2.0, 1e-6)], 1e-7)
    assert [text.get_text() for text in axes.texts] == ["expert"]
    assert any(list(line.get_ydata()) == [1e-7, 1e-7] for line in axes.lines)


def test_a_solution_that_beats_the_best_known_one_is_on_the_page(axes) -> None:
    draw_anytime(axes, {"case": ([(0.1, 0.2), (0.5, -0.01)], 1.0)})
    (line,) = axes.lines
    assert list(line.get_xdata()) == [0.1, 0.5, 1.0]
    assert list(line.get_ydata()) == [0.2, -0.01, -0.01]
    assert axes.get_yscale() == "symlog"


def test_an_empty_run_draws_empty_axes(axes) -> None:
    draw_progress(axes, [])
    draw_accuracy(axes, [], [], None)
    draw_anytime(axes, {})
    assert not axes.texts


def test_names_that_matplotlib_would_read_as_formulas_are_labels(axes) -> None:
    draw_accuracy(axes, [Mark("c0000", 1.0, 1e-3)], [Mark("$\\frac$ \x1b[31m" + "x" * 50, 2.0, 1e-6)], None)
    (label,) = [text.get_text() for text in axes.texts]
    assert label == r"\$\frac\$ " + "x" * 27 + "…"
    axes.figure.savefig(io.BytesIO(), format="svg")
