"""PACE graphs: what is in them comes out, and nothing malformed goes through."""

import gzip
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontierco.readers.pace import read_pace
from solversmith.errors import BadData

GOOD = "c a graph\np ds 4 3\n1 2\n4 2\n3 4\n"


def read(tmp_path: Path, content: str):
    file = tmp_path / "graph"
    file.write_text(content)
    return read_pace(file)


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 9))
    pairs = list(combinations(range(1, n + 1), 2))
    return n, draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []


@given(graphs(), st.randoms(), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_edges_come_back_sorted(tmp_path: Path, graph, random, comments) -> None:
    n, edges = graph
    lines = [f"{v} {u}" if random.random() < 0.5 else f"  {u}\t{v} " for u, v in edges]
    random.shuffle(lines)
    if comments:
        lines = [piece for line in lines for piece in (line, "c 1 1", "c", "  c x", "")]
    found = read(tmp_path, "\n".join(["c x", f"p ds {n} {len(edges)}", *lines, ""]))
    assert found.num_vertices == n
    assert [tuple(edge) for edge in found.edges.tolist()] == sorted(edges)


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("1 2\n", "\nc comment with 9 9 inside\n2 1\n"),
        "p ds 4 3   \n4 3\n2 4\n2 1",
        GOOD.replace("p ds", "p td"),
    ],
)
def test_formatting_order_and_direction_play_no_part(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content).digest == read(tmp_path, GOOD).digest


def test_a_packed_file(tmp_path: Path) -> None:
    file = tmp_path / "graph.gr"
    file.write_bytes(gzip.compress(GOOD.encode(), mtime=0))
    assert read_pace(file).digest == read(tmp_path, GOOD).digest


def test_a_graph_without_edges(tmp_path: Path) -> None:
    found = read(tmp_path, "p ds 5 0\n")
    assert (found.num_vertices, found.edges.shape, found.edges.dtype) == (5, (0, 2), np.int32)


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (GOOD.replace("4 3", "4 4", 1), 5, "3 edges where the p line says 4; truncated"),
        (GOOD + "1 3\n", 6, "4 edges where the p line says 3; this one is too many"),
        (GOOD.replace("4 2", "5 2"), 4, "'5' is no vertex"),
        (GOOD.replace("4 2", "0 2"), 4, "'0' is no vertex"),
        (GOOD.replace("4 2", "-4 2"), 4, "'-4' is no vertex"),
        (GOOD.replace("4 2", "4.0 2"), 4, "'4.0' is no vertex"),
        (GOOD.replace("4 2", "nan 2"), 4, "'nan' is no vertex"),
        (GOOD.replace("4 2", "2 2"), 4, "vertex 2 has an edge to itself"),
        (GOOD.replace("4 2", "1 2"), 4, "edge 1-2 stands already in line 3"),
        (GOOD.replace("4 2", "2 1"), 4, "edge 1-2 stands already in line 3"),
        (GOOD.replace("4 2", "4"), 4, "expected 'U V'"),
        (GOOD.replace("4 2", "4 2 7"), 4, "expected 'U V'"),
        (GOOD.replace("4 2\n", "4\n2 "), 4, "expected 'U V'"),
        (GOOD.replace("4 2", "e 4 2"), 4, "expected 'U V'"),
        (GOOD + "p ds 4 3\n", 6, "expected 'U V'"),
        (GOOD.replace("p ds 4 3\n", ""), 2, "where 'p ds N M'"),
        ("c only\nc comments\n", None, "comments only"),
        (GOOD.replace("p ds 4 3", "p ds 4"), 2, "expected 'p ds N M'"),
        (GOOD.replace("p ds 4 3", "p ds 0 3"), 2, "0 vertices"),
        (GOOD.replace("p ds 4 3", "p ds 99999999999 3"), 2, "expected 1 to"),
        (GOOD.replace("p ds", "p edge"), 2, "begins a graph in the DIMACS format"),
        ("NAME : x\nTYPE : TSP\n", 1, "where 'p ds N M'"),
        ("", None, "empty"),
    ],
)
def test_what_is_malformed_is_named_with_its_line(tmp_path: Path, content: str, line, words: str) -> None:
    with pytest.raises(BadData) as caught:
        read(tmp_path, content)
    assert words in str(caught.value)
    assert caught.value.line == line


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_refused_or_read_as_it_stands(tmp_path: Path, data) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, len(GOOD)))
    middle = data.draw(st.text(st.sampled_from("0123456789 .-dcsp\n"), max_size=6))
    try:
        found = read(tmp_path, GOOD[:start] + middle + GOOD[end:])
    except BadData:
        return
    assert found.edges.size == 0 or (found.edges.min() >= 1 and found.edges.max() <= found.num_vertices)
    assert (found.edges[:, 0] < found.edges[:, 1]).all()
