"""Steiner tree problems: what is in them comes out, and nothing malformed goes through."""

import lzma
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontierco.readers.steinlib import read_steinlib
from frontierco.terminal_graphs import terminal_graph
from frontierco.writers import write_steinlib
from solversmith.errors import BadData

GOOD = """33D32945 STP File, STP Format Version 1.0

SECTION Comment
Name "a graph; Edges 99"
END

SECTION Graph
Nodes 4
Edges 3
E 1 2 10
E 4 2 7
E 3 4 0
END

SECTION Terminals
Terminals 2
T 3
T 1
END

EOF
"""


def read(tmp_path: Path, content: str):
    file = tmp_path / "graph.stp"
    file.write_text(content)
    return read_steinlib(file)


@st.composite
def graphs(draw):
    """Connected by a path, with further edges and costs of the kinds that files hold."""
    n = draw(st.integers(1, 8))
    path = [(v, v + 1) for v in range(1, n)]
    others = sorted(set(combinations(range(1, n + 1), 2)) - set(path))
    more = draw(st.lists(st.sampled_from(others), unique=True)) if others else []
    edges = path + more
    cost = st.one_of(st.integers(0, 10**7), st.floats(0, 1e9), st.just(1e-9))
    costs = draw(st.lists(cost, min_size=len(edges), max_size=len(edges)))
    terminals = draw(st.lists(st.integers(1, n), min_size=1, unique=True))
    return n, edges, costs, terminals


@given(graphs(), st.randoms(), st.booleans())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read(tmp_path: Path, graph, random, untidy: bool) -> None:
    n, edges, costs, terminals = graph
    lines = [
        f"E {v} {u} {cost!r}" if random.random() < 0.5 else f"E {u} {v} {cost!r}"
        for (u, v), cost in zip(edges, costs, strict=True)
    ]
    random.shuffle(lines)
    if untidy:
        lines = [piece for line in lines for piece in (f"  {line} # E 1 1 1", "", "# E 1 1 1")]
    body = "\n".join([f"Nodes {n}", f"Edges {len(edges)}", *lines])
    marks = "\n".join([f"Terminals {len(terminals)}", *(f"T {v}" for v in terminals)])
    found = read(tmp_path, f"SECTION Graph\n{body}\nEND\nSECTION Terminals\n{marks}\nEND\n")
    order = sorted(range(len(edges)), key=edges.__getitem__)
    assert [tuple(edge) for edge in found.edges.tolist()] == [edges[i] for i in order]
    assert found.costs.tolist() == [float(costs[i]) for i in order]
    assert found.terminals.tolist() == sorted(terminals)
    assert found.size == f"n={n} m={len(edges)} t={len(terminals)}"
    write_steinlib(found, "again", tmp_path / "again.stp")
    assert read_steinlib(tmp_path / "again.stp").digest == found.digest


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.lower(),
        GOOD.upper(),
        GOOD.replace("E 1 2 10\nE 4 2 7\n", "E 2 4 7.0\n  E 2 1 1e1  # a remark\n"),
        GOOD.replace("Edges 3", "Edges 3\nObstacles 0\nOptimal 17"),
        GOOD[GOOD.index("SECTION Graph") :],
        GOOD.replace("SECTION Terminals", "SECTION Coordinates\nDD 1 0 0\nEND\n\nSECTION Terminals"),
    ],
)
def test_formatting_capitals_and_other_sections_play_no_part(tmp_path: Path, content: str) -> None:
    expected = terminal_graph(
        4, np.array([(1, 2), (2, 4), (3, 4)]), np.array([10.0, 7.0, 0.0]), np.array([1, 3])
    )
    assert read(tmp_path, content).digest == expected.digest


def test_packed_files_are_told_by_content(tmp_path: Path) -> None:
    file = tmp_path / "graph.stp"
    file.write_bytes(lzma.compress(GOOD.encode()))
    assert read_steinlib(file).size == "n=4 m=3 t=2"


@pytest.mark.parametrize(
    ("old", "new", "words", "line"),
    [
        ("SECTION Graph", "SECTION Tree", "no section 'graph'", 21),
        ("SECTION Terminals", "SECTION Tree", "no section 'terminals'", 21),
        ("E 3 4 0\nEND", "E 3 4 0", "the section 'graph' has no END", 7),
        ("T 1\nEND\n", "T 1\n", "the section 'terminals' has no END", 15),
        ("Nodes 4", "Node 4", "no line 'nodes N'", 8),
        ("Nodes 4", "Nodes", "expected 'nodes N'", 8),
        ("Nodes 4", "Nodes 0", "0 nodes", 8),
        ("Nodes 4", "Nodes 3", "'4' is no vertex; expected an integer from 1 to 3", 11),
        ("Edges 3", "Edges 4", "3 edges where the file says 4; truncated", 12),
        ("E 4 2 7\n", "", "2 edges where the file says 3; truncated", 11),
        ("E 4 2 7", "E 4 2", "expected 'E U V COST'", 11),
        ("E 4 2 7", "E 4 4 7", "vertex 4 has an edge to itself", 11),
        ("E 4 2 7", "E 2 1 7", "edge 2-1 stands already in line 10", 11),
        ("E 4 2 7", "E 4 0 7", "'0' is no vertex", 11),
        ("E 4 2 7", "E 4 2.5 7", "'2.5' is no vertex", 11),
        ("E 4 2 7", "E 4 2 -7", "'-7' is no cost", 11),
        ("E 4 2 7", "E 4 2 nan", "'nan' is no cost", 11),
        ("E 4 2 7", "E 4 2 inf", "'inf' is no cost", 11),
        ("E 4 2 7", "E 4 2 1e30", "'1e30' is no cost", 11),
        ("E 4 2 7", "E 4 2 7_0", "'7_0' is no cost", 11),
        ("E 4 2 7", "A 4 2 7", "the graph is directed", 11),
        ("Edges 3\nE 1 2 10", "Edges 3\nA 1 2 10", "the graph is directed", 10),
        ("Terminals 2", "Terminals 3", "2 terminals where the file says 3; truncated", 18),
        ("Edges 3", "Edges 2", "3 edges where the file says 2; this one is too many", 12),
        ("Edges 3\n", "Edges 2\n# E 1 1 1\n", "3 edges where the file says 2; this one is too many", 13),
        ("Terminals 2", "Terminals 1", "2 terminals where the file says 1; this one is too many", 18),
        ("END\n\nSECTION G", "END\nE 1 3 5\n\nSECTION G", "'e 1 3 5' stands outside any section", 6),
        ("END\n\nSECTION T", "END\nEOF\nSECTION T", "'eof' stands outside any section", 14),
        ("33D32945", "E 1 3 5\n33D32945", "'e 1 3 5' stands outside any section; expected a comment", 1),
        ("33D32945", "34D32945", "'34d32945 stp file.*' stands outside any section", 1),
        ("EOF", "T 2\nEOF", "'t 2' stands outside any section", 21),
        ("EOF", "EOF\nT 2", "'t 2' stands outside any section", 22),
        ("Terminals 2", "Root 1\nTerminals 2", "a root: this is another problem", 16),
        ("Terminals 2", "RootP 1\nTerminals 2", "a root and prizes: this is another problem", 16),
        ("Nodes 4", "Nodes 4\nNodes 5", "'nodes' stands twice", None),
        ("T 3", "TP 3 5", "prizes: this is another problem", 17),
        ("T 3", "T 5", "'5' is no vertex", 17),
        ("T 3", "T 1", "terminal 1 stands already in line 17", 18),
        ("T 3", "T 3 4", "expected 'T V'", 17),
        ("Terminals 2\nT 3\nT 1\n", "Terminals 0\n", "no terminals", 16),
        ("Edges 3\nE 1 2 10\n", "Edges 2\n", "no path joins the terminals 1 and 3; expected a connected", 16),
    ],
)
def test_what_is_malformed_is_named(tmp_path: Path, old: str, new: str, words: str, line: int | None) -> None:
    content = GOOD.replace(old, new, 1)
    assert content != GOOD
    with pytest.raises(BadData, match=words) as caught:
        read(tmp_path, content)
    if line is not None:
        assert caught.value.line == line
    assert caught.value.file == tmp_path / "graph.stp"


def test_bounds_on_degrees_make_it_another_problem(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="'maximumdegrees': bounds on degrees"):
        read(tmp_path, GOOD.replace("EOF", "") + "SECTION MaximumDegrees\nMD 1\nEND\n")


@given(st.text(alphabet="ET124 .\n#e-", max_size=60))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_fast_way_and_the_slow_one_agree(tmp_path: Path, rows: str) -> None:
    """A comment in it makes the reader go line by line: it must say the same, or fail alike."""
    found = []
    for remark in ("", "\n# slowly"):
        count = sum(bool(line.partition("#")[0].strip()) for line in rows.split("\n"))
        content = f"SECTION Graph\nNodes 4\nEdges {count}\n{rows}{remark}\nEND\nSECTION Terminals\n"
        try:
            found.append(read(tmp_path, content + "Terminals 1\nT 1\nEND\n").digest)
        except BadData as error:
            found.append(str(error))
    assert found[0] == found[1]
