"""Canonical form and digests."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from frontierco.instances import PointSet, graph

edge = st.tuples(st.integers(1, 6), st.integers(1, 6)).filter(lambda e: e[0] != e[1])


def make(edges):
    return graph(6, np.array(edges, dtype=np.int64).reshape(-1, 2))


@given(st.lists(edge), st.randoms())
def test_order_direction_and_repetition_of_edges_play_no_part(edges, rng) -> None:
    other = [e[::-1] if rng.random() < 0.5 else e for e in edges * 2]
    rng.shuffle(other)
    assert make(other).digest == make(edges).digest
    assert make(edges).size == f"n=6 m={len({tuple(sorted(e)) for e in edges})}"


@given(st.lists(edge), st.lists(edge))
def test_other_graphs_have_other_digests(edges, others) -> None:
    same = {tuple(sorted(e)) for e in edges} == {tuple(sorted(e)) for e in others}
    assert (make(edges).digest == make(others).digest) == same


def test_zero_has_no_sign() -> None:
    plus, minus = np.array([[0.0, 1.0]]), np.array([[-0.0, 1.0]])
    assert PointSet(plus, "nint").digest == PointSet(minus, "nint").digest
    assert PointSet(plus, "nint").size == "n=1"


def test_points_and_graphs_are_told_apart() -> None:
    assert PointSet(np.empty((0, 2)), "nint").digest != make([]).digest
