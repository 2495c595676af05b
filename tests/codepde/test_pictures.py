"""Panels of every kind of family show answer, reference and error."""

import numpy as np
import pytest

from codepde.batch import draw_batch
from codepde.pictures import draw_fields, error_over_time

figure = pytest.importorskip("matplotlib.figure")


def drawn(kind, factor: float):
    page = figure.Figure()
    batch = draw_batch(kind, "dev", 2)
    references = [
        found
        for _, found in sorted(kind.solve(batch.inputs, kind.grid, kind.coefficients), key=lambda f: f[0])
    ]
    fields = {
        output.name: factor * np.stack([reference.fields[output.name] for reference in references])
        for output in kind.outputs
    }
    draw_fields(page, kind, fields, references, 1)
    return page, fields, references


def panels(page):
    return [axes for axes in page.axes if axes.images]


def test_space_time_panels_and_the_error_over_time(toy) -> None:
    page, fields, references = drawn(toy.family(), 1.01)
    answer, reference, _ = panels(page)
    assert np.array_equal(answer.images[0].get_array(), fields["trajectory"][1])
    assert np.array_equal(reference.images[0].get_array(), references[1].fields["trajectory"])
    (curve,) = [axes for axes in page.axes if axes.lines]
    assert np.allclose(curve.lines[0].get_ydata(), 0.01)


def test_two_fields_in_the_plane_have_a_row_each(toy) -> None:
    page, fields, _ = drawn(toy.pair(), 1.01)
    assert len(panels(page)) == 6
    assert np.array_equal(panels(page)[0].images[0].get_array(), fields["u"][1, -1].T)


def test_a_steady_family_has_no_curve(toy) -> None:
    page, _, _ = drawn(toy.steady_pair(), 1.01)
    assert len(panels(page)) == 6
    assert not any(axes.lines for axes in page.axes)


def test_a_frame_of_zeros_is_measured_by_the_trajectory() -> None:
    exact = np.stack([np.ones(8), np.zeros(8)])
    assert error_over_time(exact + 0.1, exact).tolist() == pytest.approx([0.1, 0.1 / np.sqrt(0.5)])
