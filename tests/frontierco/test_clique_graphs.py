"""Constructions of the second DIMACS challenge, by what is known of them."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from frontierco.clique_graphs import bose, hamming, johnson, keller, mann, named, steiner_triples, tripled
from solversmith.errors import UsageError

SIZES = {  # vertices and edges of the complement, from the published clique graphs
    "hamming6-2": (64, 2016 - 1824),
    "hamming6-4": (64, 2016 - 704),
    "hamming8-4": (256, 32640 - 20864),
    "johnson8-2-4": (28, 378 - 210),
    "johnson8-4-4": (70, 2415 - 1855),
    "johnson16-2-4": (120, 7140 - 5460),
    "johnson32-2-4": (496, 122760 - 107880),
    "keller4": (171, 14535 - 9435),
    "keller5": (776, 300700 - 225990),
    "MANN_a9": (45, 990 - 918),
    "MANN_a27": (378, 71253 - 70551),
    "MANN_a45": (1035, 535095 - 533115),
    "MANN_a81": (3321, 5512860 - 5506380),
}
OPTIMA = {"hamming6-2": 32, "hamming6-4": 4, "johnson8-2-4": 4, "johnson8-4-4": 14, "MANN_a9": 16}


@pytest.mark.parametrize("name", SIZES)
def test_they_have_the_published_size(name: str) -> None:
    graph = named(name)
    assert (graph.num_vertices, len(graph.edges)) == SIZES[name]


@pytest.mark.parametrize("name", OPTIMA)
def test_small_ones_have_the_known_optimum(name: str) -> None:
    graph = named(name)
    complement = nx.complement(nx.Graph(graph.edges.tolist()))
    assert nx.max_weight_clique(complement, weight=None)[1] == OPTIMA[name]


def test_hamming_by_definition() -> None:
    expected = [(a + 1, b + 1) for a, b in combinations(range(16), 2) if bin(a ^ b).count("1") < 3]
    assert hamming(4, 3).edges.tolist() == [list(edge) for edge in expected]


def test_johnson_by_definition() -> None:
    words = [word for word in range(64) if bin(word).count("1") == 3]
    expected = [
        [i + 1, j + 1]
        for i, j in combinations(range(len(words)), 2)
        if bin(words[i] ^ words[j]).count("1") < 4
    ]
    assert johnson(6, 3, 4).edges.tolist() == expected


def test_keller_of_dimension_two() -> None:
    """Neighbours of 00: both letters differ from 0, one is 2. 12 and 21 differ by 1 and 3."""
    graph = keller(2)
    assert graph.num_vertices == 5
    words = [(1, 2), (2, 1), (2, 2), (2, 3), (3, 2)]
    apart = {
        (i + 1, j + 1)
        for i, j in combinations(range(5), 2)
        if not (
            all(a != b for a, b in zip(words[i], words[j], strict=True))
            and any((a - b) % 4 == 2 for a, b in zip(words[i], words[j], strict=True))
        )
    }
    assert {tuple(edge) for edge in graph.edges.tolist()} == apart


@pytest.mark.parametrize("points", [9, 27, 45, 81])
def test_every_pair_of_points_is_in_one_triple(points: int) -> None:
    pairs = [pair for block in steiner_triples(points) for pair in combinations(sorted(block), 2)]
    assert sorted(pairs) == list(combinations(range(1, points + 1), 2))


@pytest.mark.parametrize("order", [3, 5, 7])
def test_bose_and_tripling_make_steiner_systems(order: int) -> None:
    for points, blocks in ((3 * order, bose(order)), (9 * order, tripled(bose(order), 3 * order))):
        pairs = [pair for block in blocks for pair in combinations(sorted(block), 2)]
        assert sorted(pairs) == list(combinations(range(1, points + 1), 2))


def test_a_corner_of_a_triangle_hangs_on_its_point() -> None:
    degrees = np.bincount(mann(27).edges.ravel())
    assert set(degrees[1:28].tolist()) == {13}
    assert set(degrees[28:].tolist()) == {3}


@pytest.mark.parametrize("name", ["brock200_2", "hamming", "hamming8-4 ", "keller", "MANN_a", "xkeller4", ""])
def test_other_names_are_not_known(name: str) -> None:
    assert named(name) is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("hamming40-2", "expected 2 to 16 bits"),
        ("hamming16-9", "more than 268435456 edges"),
        ("hamming8-9", "a distance from 2 to the number of bits"),
        ("johnson40-20-4", "more than 65536 vertices"),
        ("johnson8-9-4", "no more ones than bits"),
        ("keller9", "a dimension from 2 to 7"),
        ("MANN_a28", "there are systems of 9, 27, 45, 81 points"),
    ],
)
def test_what_can_not_be_made_is_named(name: str, words: str) -> None:
    with pytest.raises(UsageError, match=f"{name} can't be made: .*{words}"):
        named(name)
