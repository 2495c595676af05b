"""DIMACS graphs: what is in them comes out, and nothing malformed goes through."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontierco.readers.dimacs import read_dimacs
from solversmith.errors import BadData

GOOD = "c a graph\np edge 4 3\ne 1 2\ne 4 2\ne 3 4\n"


def read(tmp_path: Path, content: str):
    file = tmp_path / "graph"
    file.write_text(content)
    return read_dimacs(file)


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 9))
    pairs = list(combinations(range(1, n + 1), 2))
    return n, draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []


@given(graphs(), st.randoms(), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_edges_come_back_sorted(tmp_path: Path, graph, random, comments) -> None:
    n, edges = graph
    lines = [f"e {v} {u}" if random.random() < 0.5 else f" e  {u}\t{v} " for u, v in edges]
    random.shuffle(lines)
    if comments:
        lines = [piece for line in lines for piece in (line, "c e 1 1", "c", "  c x", "")]
    found = read(tmp_path, "\n".join(["c x", f"p edge {n} {len(edges)}", *lines, ""]))
    assert found.num_vertices == n
    assert [tuple(edge) for edge in found.edges.tolist()] == sorted(edges)


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("p edge", "p col"),
        GOOD.replace("e 1 2\n", "\nc comment with e 9 9 inside\ne 2 1\n"),
        "p edge 4 3   \ne 4 3\ne 2 4\ne 2 1",
        "p edge 4 6\ne 1 2\ne 2 1\ne 2 4\ne 4 2\ne 3 4\ne 4 3\n",
        "p edge 4 3\ne 1 2\ne 2 1\ne 2 4\ne 4 2\ne 3 4\ne 4 3\n",
    ],
)
def test_formatting_order_and_direction_play_no_part(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content).digest == read(tmp_path, GOOD).digest


def test_a_graph_without_edges(tmp_path: Path) -> None:
    found = read(tmp_path, "p edge 5 0\n")
    assert (found.num_vertices, found.edges.shape) == (5, (0, 2))
    assert found.edges.dtype == np.int32


def test_content_makes_the_digest(tmp_path: Path) -> None:
    base = read(tmp_path, GOOD).digest
    assert read(tmp_path, GOOD.replace("p edge 4", "p edge 5")).digest != base
    assert read(tmp_path, GOOD.replace("e 3 4", "e 3 1")).digest != base


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (GOOD.replace("4 3", "4 4", 1), 2, "3 edges where the p line says 4"),
        (GOOD + "e 1 3\n", 2, "4 edges where the p line says 3"),
        (GOOD.replace("e 4 2", "e 5 2"), 4, "'5' is no vertex"),
        (GOOD.replace("e 4 2", "e 0 2"), 4, "'0' is no vertex"),
        (GOOD.replace("e 4 2", "e -4 2"), 4, "'-4' is no vertex"),
        (GOOD.replace("e 4 2", "e 4.0 2"), 4, "'4.0' is no vertex"),
        (GOOD.replace("e 4 2", "e 99999999999999999999 2"), 4, "is no vertex"),
        (GOOD.replace("e 4 2", "e two 2"), 4, "'two' is no vertex"),
        (GOOD.replace("e 4 2", "e 2 2"), 4, "vertex 2 has an edge to itself"),
        (GOOD.replace("e 4 2", "e 1 2"), 4, "edge 1-2 stands already in line 3"),
        (GOOD.replace("e 4 2", "e 4"), 4, "expected 'e U V'"),
        (GOOD.replace("e 4 2", "e 4 2 7"), 4, "expected 'e U V'"),
        (GOOD.replace("e 4 2\n", "e 4\n2 "), 4, "expected 'e U V'"),
        (GOOD.replace("e 4 2\n", "e 4 2 "), 4, "expected 'e U V'"),
        (GOOD.replace("e 4 2", "a 4 2"), 4, "expected 'e U V'"),
        (GOOD.replace("e 4 2", "n 4 2"), 4, "expected 'e U V'"),
        (GOOD + "p edge 4 3\n", 6, "expected 'e U V'"),
        (GOOD + "ce 1 3\n", 6, "expected 'e U V'"),
        (GOOD.replace("p edge 4 3\n", ""), 2, "where 'p edge N M'"),
        ("c only\nc comments\n", None, "comments only"),
        (GOOD.replace("p edge 4 3", "p edge 4"), 2, "expected 'p edge N M'"),
        (GOOD.replace("p edge 4 3", "p edge four 3"), 2, "expected 'p edge N M'"),
        (GOOD.replace("p edge 4 3", "p edge -4 3"), 2, "expected 'p edge N M'"),
        (GOOD.replace("p edge 4 3", "p edge 0 3"), 2, "0 vertices"),
        (GOOD.replace("p edge 4 3", "p edge 4" + "0" * 5000 + " 3"), 2, "expected 'p edge N M'"),
        (GOOD.replace("p edge 4 3", "p edge 99999999999 3"), 2, "expected 1 to"),
        (GOOD.replace("p edge", "p max"), 2, "expected 'p edge N M'"),
        ("NAME : x\nTYPE : TSP\n", 1, "where 'p edge N M'"),
        ("p edge 4 4\ne 1 2\ne 2 1\ne 3 4\ne 1 3\n", 1, "in both directions"),
    ],
)
def test_what_is_malformed_is_named_with_its_line(tmp_path: Path, content: str, line, words: str) -> None:
    with pytest.raises(BadData) as caught:
        read(tmp_path, content)
    assert words in str(caught.value)
    assert caught.value.line == line
    assert len(str(caught.value)) < 400


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_refused_or_read_as_it_stands(tmp_path: Path, data) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, len(GOOD)))
    middle = data.draw(st.text(st.sampled_from("0123456789 .-ecp\n"), max_size=6))
    try:
        found = read(tmp_path, GOOD[:start] + middle + GOOD[end:])
    except BadData:
        return
    assert (found.edges[:, 0] < found.edges[:, 1]).all()
    assert found.edges.size == 0 or (found.edges.min() >= 1 and found.edges.max() <= found.num_vertices)
