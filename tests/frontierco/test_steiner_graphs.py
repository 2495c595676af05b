"""Hypercubes and code graphs: by definition, and as the published files have them."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from frontierco.steiner_graphs import code_graph, hypercube, named
from solversmith.errors import UsageError

CODES = ("cc3-4", "cc3-5", "cc6-2", "cc6-3", "cc3-10", "cc3-11", "cc3-12")


def stored(file: Path):
    """Vertices, sorted edges and terminals of a SteinLib file, read by its plainest lines."""
    rows = [line.split() for line in file.read_text().splitlines()]
    edges = [
        (*sorted((int(a), int(b))), int(cost)) for mark, a, b, cost in (r for r in rows if r[:1] == ["E"])
    ]
    terminals = [int(row[1]) for row in rows if row[:1] == ["T"]]
    (vertices,) = (int(row[1]) for row in rows if row[:1] == ["Nodes"])
    return vertices, sorted(edges), terminals


@pytest.mark.parametrize("name", [f"hc{d}u" for d in range(6, 13)] + [f"{code}u" for code in CODES])
def test_they_equal_the_published_files(frontierco_data: Path, name: str) -> None:
    vertices, edges, terminals = stored(frontierco_data / "STP" / "hard_test_instances" / f"{name}.stp")
    found = named(name)
    assert found.num_vertices == vertices
    assert [tuple(edge) for edge in found.edges.tolist()] == edges
    assert found.terminals.tolist() == terminals


def test_a_square() -> None:
    found = hypercube(2)
    assert found.edges.tolist() == [[1, 2, 1], [1, 3, 1], [2, 4, 1], [3, 4, 1]]
    assert found.terminals.tolist() == [1, 4]


@pytest.mark.parametrize("code", CODES)
def test_a_code_covers_every_word_within_one_letter(code: str) -> None:
    found = code_graph(code)
    covered = np.zeros(found.num_vertices + 1, dtype=bool)
    covered[found.terminals] = True
    ends = found.edges[:, :2]
    for side in (0, 1):
        covered[ends[np.isin(ends[:, side], found.terminals), 1 - side]] = True
    assert covered[1:].all()
    assert set(found.edges[:, 2].tolist()) <= {1, 2, 3}


def test_two_letters_make_a_hypercube() -> None:
    assert code_graph("cc6-2").edges[:, :2].tolist() == hypercube(6).edges[:, :2].tolist()


def test_edges_join_words_that_differ_in_one_letter() -> None:
    words = [(a, b, c) for a in range(4) for b in range(4) for c in range(4)]
    expected = [
        [i + 1, j + 1]
        for i, j in combinations(range(64), 2)
        if sum(a != b for a, b in zip(words[i], words[j], strict=True)) == 1
    ]
    assert code_graph("cc3-4").edges[:, :2].tolist() == expected


@pytest.mark.parametrize("name", ["hc6p", "cc3-4p", "hc6", "bip42u", ""])
def test_other_names_are_not_known(name: str) -> None:
    assert named(name) is None


@pytest.mark.parametrize("name", ["hc1u", "hc40u", "cc9-9u"])
def test_what_can_not_be_made_is_named(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} can't be made"):
        named(name)
