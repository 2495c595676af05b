"""Pictures show the solution that they are given."""

import numpy as np
import pytest

from frontierco.pictures import (
    draw_clusters,
    draw_facilities,
    draw_graph,
    draw_routes,
    draw_schedule,
    draw_tour,
    draw_tree,
    scaled_places,
)

figure = pytest.importorskip("matplotlib.figure")
POINTS = np.array([(0, 0), (0, 10), (10, 10), (10, 0)], dtype=float)


@pytest.fixture
def axes():
    return figure.Figure().subplots()


def test_a_tour_is_closed(axes) -> None:
    draw_tour(axes, POINTS, np.array([2, 0, 1, 3]))
    assert axes.lines[0].get_xydata().tolist() == [[10, 10], [0, 0], [0, 10], [10, 0], [10, 10]]


@pytest.mark.parametrize("count", [1, 2, 4])
def test_places_made_from_distances_have_them_where_there_are_such(count: int) -> None:
    def between(points):
        return np.linalg.norm(points[:, None] - points, axis=-1)

    matrix = between(POINTS[:count])
    assert np.allclose(between(scaled_places(matrix)), matrix)


def test_routes_begin_and_end_at_the_depot(axes) -> None:
    draw_routes(axes, POINTS, [np.array([0, 1, 2, 0]), np.array([3])], 0)
    first, second = (line.get_xydata().tolist() for line in axes.lines[:2])
    assert first == [[0, 0], [0, 10], [10, 10], [0, 0]]
    assert second == [[0, 0], [10, 0], [0, 0]]
    assert axes.lines[0].get_color() != axes.lines[1].get_color()


def test_a_schedule_has_a_bar_per_operation(axes) -> None:
    draw_schedule(
        axes, np.array([1, 2, 1]), np.array([0, 0, 1]), np.array([0.0, 3.0, 3.0]), np.array([3.0, 5.0, 7.0])
    )
    assert [(bar.get_x(), bar.get_width()) for bar in axes.patches] == [(0, 3), (3, 2), (3, 4)]
    assert all(tick == int(tick) for tick in axes.get_yticks())
    colours = [bar.get_facecolor() for bar in axes.patches]
    assert colours[0] == colours[1] != colours[2]


def test_a_graph_marks_what_was_chosen(axes) -> None:
    draw_graph(axes, 4, np.array([(1, 2), (2, 3), (3, 4)]), np.array([1, 3]))
    assert [len(dots.get_offsets()) for dots in axes.collections] == [2, 2]
    assert axes.get_title() == "2 of 4 vertices chosen"


def test_of_a_large_graph_a_part_is_drawn(axes) -> None:
    path = np.stack([np.arange(1, 4000), np.arange(2, 4001)], axis=1)
    draw_graph(axes, 4000, path, np.array([2000]))
    assert "(a part of 1000 vertices)" in axes.get_title()


def test_clusters_join_points_to_their_centres(axes) -> None:
    draw_clusters(axes, POINTS, np.array([0, 2]), np.array([0, 0, 2, 2]))
    assert axes.lines[1].get_xydata().tolist() == [[0, 10], [0, 0]]


def test_open_facilities_come_first(axes) -> None:
    draw_facilities(axes, np.array([[0.0, 0.0], [2.0, 1.0]]), np.array([False, True]))
    assert axes.images[0].get_array().tolist() == [[1.0, 1.0], [0.0, 0.0]]


def test_a_tree_marks_its_terminals(axes) -> None:
    draw_tree(axes, np.array([(1, 2), (2, 3)]), np.array([1, 3]))
    assert [len(dots.get_offsets()) for dots in axes.collections] == [1, 2]
