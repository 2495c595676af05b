"""Solutions as other programs write them: read, checked and scored by `import`; what is none is named."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest

from frontierco.fleets import FleetInstance
from frontierco.instances import graph
from frontierco.readers import solutions
from solversmith.contract import TEST, ProblemOptions, Verdict
from solversmith.errors import BadData
from solversmith.imports import imported

FILE = Path("somewhere.sol")
GRAPH = graph(4, np.array([(1, 2), (2, 3), (3, 4)]))


def fleet(depot: int) -> FleetInstance:
    return FleetInstance(np.zeros((4, 2)), np.array([0, 1, 1, 1]), 2, depot, "nint")


def test_routes() -> None:
    text = b"Route #1: 1 3\r\n  route 2 : 2\n\nCost 375.28\n"
    assert solutions.read_routes(text, fleet(0), FILE) == {"routes": [[0, 1, 3, 0], [0, 2, 0]]}


@pytest.mark.parametrize(
    ("text", "depot", "words"),
    [
        (b"Cost 12\n", 0, "no line 'Route #1"),
        (b"Route #1: 1\nstops 3\n", 0, "'stops 3'; expected 'Route #1"),
        (b"Route #1: 1 -2\n", 0, "'-2' is no number"),
        (b"Route #1: 1 2.0\n", 0, "'2.0' is no number"),
        (b"Route #1: 1\n", 1, "whose first node is the depot"),
    ],
)
def test_what_is_no_route(text: bytes, depot: int, words: str) -> None:
    with pytest.raises(BadData, match=words):
        solutions.read_routes(text, fleet(depot), FILE)


@pytest.mark.parametrize(
    ("text", "vertices"),
    [(b"c found by hand\n1\n3\n", [1, 3]), (b"4 1", [4, 1]), (b"1\n0\n0\n1\n", [1, 4]), (b"", [])],
)
def test_independent_sets(text: bytes, vertices: list[int]) -> None:
    assert solutions.read_independent_set(text, GRAPH, FILE) == {"mis_nodes": vertices}


@pytest.mark.parametrize(
    ("text", "vertices"),
    [(b"c PACE\n2\n2\n3\n", [2, 3]), (b"2 3\n", [2, 3]), (b"4\n2\n", [4, 2]), (b"0\n", [])],
)
def test_dominating_sets(text: bytes, vertices: list[int]) -> None:
    assert solutions.read_dominating_set(text, GRAPH, FILE) == {"mds_nodes": vertices}
    with pytest.raises(BadData, match="'x' is no number"):
        solutions.read_dominating_set(text + b"x", GRAPH, FILE)


@pytest.mark.parametrize(
    "text",
    [
        b"VALUE 12\n1 2\n2 3\n",
        b"SECTION Finalsolution\nEdges 2\nE 1 2\ne 2 3\nEnd\nEOF\n",
        b"# mine\n1 2\n\n2\t3",
    ],
)
def test_trees(text: bytes) -> None:
    assert solutions.read_tree(text, None, FILE) == {"edges": [(1, 2), (2, 3)]}  # type: ignore[arg-type]
    with pytest.raises(BadData, match="'1 2 3'; expected 'VALUE 12', or an edge"):
        solutions.read_tree(text + b"\n1 2 3", None, FILE)  # type: ignore[arg-type]


def taken(name: str, text: str, folder: Path):
    problem = importlib.import_module(f"problems.co.{name}.problem").build({}, ProblemOptions(samples=1))
    (case,) = problem.cases(TEST)
    (folder / f"{case.name}.opt.sol").write_text(text)
    return case.data.instance, imported(problem, folder, "mine", TEST)


def test_every_customer_for_itself_is_verified(tmp_path: Path) -> None:
    text = "\n".join(f"Route #{i}: {i}" for i in range(1, 181)) + "\nCost 1\n"
    _, found = taken("cvrp", text, tmp_path)
    assert (found.verified, found.verdict) == (True, Verdict.OK)
    assert found.cases[0]["metrics"]["objective"] > 1
    _, found = taken("cvrp", text.replace("Route #7: 7\n", ""), tmp_path)
    assert found.cases[0]["message"] == "customer 7 never visited"


def test_a_whole_graph_joins_its_terminals(tmp_path: Path) -> None:
    problem = importlib.import_module("problems.co.stp.problem").build({}, ProblemOptions(samples=1))
    graph = problem.cases(TEST)[0].data.instance
    _, found = taken("stp", "VALUE 0\n" + "\n".join(f"{a} {b}" for a, b in graph.edges.tolist()), tmp_path)
    assert (found.verdict, found.cases[0]["metrics"]["objective"]) == (Verdict.OK, int(graph.costs.sum()))


@pytest.mark.parametrize("name", ["cflp", "cpmp", "fjsp"])
def test_where_there_is_no_common_format_that_is_said(name: str, tmp_path: Path) -> None:
    _, found = taken(name, "1 2 3", tmp_path)
    assert found.verdict is Verdict.BAD_OUTPUT
    assert f"no other format of solutions of {name} is read; expected a dict" in found.cases[0]["message"]
