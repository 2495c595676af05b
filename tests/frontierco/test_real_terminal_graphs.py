"""Real Steiner tree problems, where FRONTIERCO_DATA names a folder of them in the published layout."""

import csv
import re
from pathlib import Path

import numpy as np

from frontierco import steiner_graphs
from frontierco.best_known import built_in_table
from frontierco.readers.steinlib import read_steinlib
from frontierco.terminal_graphs import terminal_graph


def rows(data: Path):
    with (data / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row["problem"] == "STP"]


def test_every_real_file_is_read_and_found_by_content(frontierco_data) -> None:
    """The table is never worse than the published value, and says which values the literature corrects."""
    table = built_in_table("stp")
    for row in rows(frontierco_data):
        graph = read_steinlib(frontierco_data / "STP" / row["split"] / row["file"])
        assert graph.size == row["size"]
        best, stated = table.find(graph.digest, "", ""), float(row["best_known"])
        assert best is not None, row["file"]
        assert best.value <= stated
        assert best.published_value == stated
        assert (best.value < stated) == best.source.startswith("corrected by the literature")
        assert best.value >= _bound(graph), row["file"]


def _bound(graph) -> float:
    """Every terminal has an edge, and no edge serves more than two."""
    cheapest = np.full(graph.num_vertices + 1, np.inf)
    for end in graph.edges.T:
        np.minimum.at(cheapest, end, graph.costs)
    return float(cheapest[graph.terminals].sum() / 2)


def test_known_corrections() -> None:
    """Instances that are not at hand are found by name and size."""
    table = built_in_table("stp")
    for name, size, value, published in (
        ("hc11p", "n=2048 m=11264 t=1024", 119297, 120000),
        ("hc12u", "n=4096 m=24576 t=2048", 2256, 2330),
        ("cc12-2p", "n=4096 m=24574 t=473", 121106, 122007),
    ):
        best = table.find("", name, size)
        assert (best.value, best.published_value) == (value, published)
        assert table.find("", name, "n=1 m=0 t=1") is None


def test_constructions_are_the_published_files(frontierco_data) -> None:
    found = 0
    for row in rows(frontierco_data):
        name = row["file"].removesuffix(".stp")
        if re.fullmatch(r"(hc|cc).*u", name):
            made = steiner_graphs.named(name)
            file = read_steinlib(frontierco_data / "STP" / row["split"] / row["file"])
            edges, costs = made.edges[:, :2], made.edges[:, 2]
            graph = terminal_graph(made.num_vertices, edges, costs, made.terminals)
            assert graph.digest == file.digest, name
            found += 1
    assert found >= 10
