"""The way to the winner, and figures that have little to show."""

from __future__ import annotations

import math

import pytest

from solversmith.pictures.lineage import Node, ancestry, draw_lineage
from solversmith.stats import Profile, ranking

pytest.importorskip("matplotlib")
NODES = [
    Node("c0000", 0, 0.5, ()),
    Node("c0001", 1, None, ("c0000",)),
    Node("c0002", 2, 0.3, ("c0000", "c0009")),
    Node("c0003", 3, 0.1, ("c0002", "c0000")),
]


def axes():
    from matplotlib.figure import Figure

    return Figure().subplots()


def test_the_ancestry_holds_every_parent_once_in_order() -> None:
    assert ancestry({node.id: node for node in NODES}, "c0003") == ("c0000", "c0002", "c0003")
    assert ancestry({node.id: node for node in NODES}, "c0000") == ("c0000",)
    circle = {"a": Node("a", 0, 1.0, ("b",)), "b": Node("b", 1, 1.0, ("a",))}
    assert ancestry(circle, "a") == ("a", "b")


def test_only_the_winner_s_ancestry_is_named_and_a_failure_has_a_cross() -> None:
    drawn = axes()
    draw_lineage(drawn, NODES, "c0003")
    assert [text.get_text() for text in drawn.texts] == ["c0000", "c0002", "c0003"]
    assert sum(line.get_marker() == "x" for line in drawn.lines) == 1


def test_critical_differences_join_what_can_not_be_told_apart() -> None:
    from solversmith.pictures.standings import draw_ranks

    drawn = axes()
    found = ranking([(1.0, 2.0, 3.0)] * 8 + [(1.0, 3.0, 2.0)] * 8)
    draw_ranks(drawn, ["a", "b", "c"], found)
    assert {text.get_text().strip() for text in drawn.texts} >= {"a  1.00", "b  2.50", "c  2.50"}
    assert sum(line.get_linewidth() == 4 for line in drawn.lines) == 1


@pytest.mark.parametrize("factor", [True, False])
def test_a_profile_of_failures_is_a_line_at_the_bottom(factor: bool) -> None:
    from solversmith.pictures.standings import draw_profile

    drawn = axes()
    draw_profile(drawn, Profile({"a": (1.0, 1.0), "b": (math.inf, math.inf)}, factor))
    assert list(drawn.lines[1].get_ydata()) == [0.0, 0.0]


def test_a_heat_map_tells_a_failure_from_what_there_is_not() -> None:
    from matplotlib.figure import Figure

    from solversmith.pictures.standings import draw_heat_map

    figure = Figure()
    draw_heat_map(figure, {"a": {"x": 0.1, "y": None}, "b": {"x": 0.0}})
    assert sorted(text.get_text() for text in figure.axes[0].texts) == ["0", "0.1", "failed"]
