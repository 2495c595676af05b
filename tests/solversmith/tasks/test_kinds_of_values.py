"""Three task folders that differ in what their instances and answers are made of, as those of CO-Bench do."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sandbox.local import LocalSandbox
from solversmith.contract import DEV, TEST, Problem, ProblemOptions, Verdict
from solversmith.errors import BadData
from solversmith.evaluate import Evaluator
from solversmith.registry import open_problem

# A graph with attributes from a text file; scalars of every kind; a single instance instead of a list of
# them; scores in the published form, with a table of best values by file name.
COLOURING = '''
DESCRIPTION = """Colour the vertices of a graph with few colours."""

import networkx as nx


def solve(**kwargs):
    """Return `colours`, a dict from vertex to colour. Input: graph, lower_bound."""
    return {"colours": {}}


def load_data(file_path):
    graph = nx.Graph(name="towns")
    for line in open(file_path):
        kind, *rest = line.split()
        if kind == "v":
            graph.add_node(rest[0], place=(float(rest[1]), float(rest[2])))
        elif kind == "e":
            graph.add_edge(rest[0], rest[1], roads=[int(rest[2])])
    return {"graph": graph, "limit": None, "strict": True, "weight": 0.5, "title": "Städte", "count": 3,
            "lower_bound": 1, "best_known": 2, "optimal_colours": {"a": 0}}


def eval_func(graph, colours, strict, limit=None, **kwargs):
    assert kwargs["best_known"] == 2 and kwargs["optimal_colours"] == {"a": 0}
    if any(colours[u] == colours[v] for u, v in graph.edges):
        raise Exception("two neighbours have the same colour")
    return len(set(colours.values()))


def norm_score(results):
    best = {"towns.txt": [2]}
    return {case: ([b / s if not isinstance(s, str) else s for s, b in zip(scores, best[case])], error)
            for case, (scores, error) in results.items() if case in best}
'''
TOWNS = "v a 0 0.5\nv b 1 1e300\nv c 2 2\ne a b 4\ne b c 5\n"
COLOURED = """
import networkx as nx

def solve(graph, limit, strict, weight, title, count, lower_bound):
    assert type(graph) is nx.Graph and graph.graph == {"name": "towns"}
    assert graph.nodes["b"] == {"place": (1.0, 1e300)} and graph.edges["b", "a"] == {"roads": [4]}
    given = [limit, strict, weight, title, count, lower_bound]
    assert given == [None, True, 0.5, "Städte", 3, 1]
    assert [type(value) for value in given[1:]] == [bool, float, str, int, int]
    yield {"colours": COLOURS}
"""

# Arrays from a binary file, and dicts with keys that are no text; `labels.txt`; a folder of instances each
# of valid and test ones.
ASSIGNMENT = """
DESCRIPTION = "Give each worker a job of its own, at least cost."

import numpy as np


def solve(**kwargs):
    return {"jobs": [], "total": 0.0}


def load_data(file_path):
    costs = np.load(file_path)
    return [{"costs": costs, "shape": costs.shape, "by_worker": {(0, "first"): [0, 1], 1: ()},
             "nothing": np.empty((0, 2), dtype=np.float32), "allowed": costs > 0, "tuned": 7}]


def eval_func(**kwargs):
    assert kwargs["tuned"] == 7
    costs, jobs = kwargs["costs"], kwargs["jobs"]
    assert isinstance(jobs, np.ndarray) and jobs.dtype == np.int32, type(jobs)
    assert type(kwargs["total"]) is float and kwargs["parts"] == (1, (2.5, None))
    if sorted(jobs.tolist()) != list(range(len(costs))):
        raise ValueError("not everybody has a job of its own")
    return np.float64(costs[np.arange(len(costs)), jobs].sum())


def norm_score(results):
    return {case: ([3.0 / s if not isinstance(s, str) else s for s in scores], error)
            for case, (scores, error) in results.items()}


def norm_time(results):
    return results
"""
ASSIGNED = """
import numpy as np

def solve(costs, shape, by_worker, nothing, allowed):
    assert type(costs) is np.ndarray and costs.dtype == np.dtype("<f8") and costs.flags.writeable
    assert shape == (2, 2) and type(shape) is tuple and by_worker == {(0, "first"): [0, 1], 1: ()}
    assert nothing.shape == (0, 2) and nothing.dtype == np.float32 and allowed.dtype == bool
    jobs = np.array(JOBS, dtype=np.int32)
    return {"jobs": jobs, "total": np.float64(3.0), "parts": (1, (2.5, None))}
"""

# Objects of the task's own, which no program may be given.
SHOP = """
DESCRIPTION = "Order the jobs of a shop."

from collections import namedtuple
from datetime import date
from decimal import Decimal
from fractions import Fraction

Job = namedtuple("Job", "name length")


class Shop:
    def __init__(self, jobs):
        self.jobs = jobs


def solve(**kwargs):
    return {"order": []}


def load_data(file_path):
    jobs = [Job(*line.split()) for line in open(file_path)]
    return [{"days": len(jobs), "inside": [{"one": VALUE}]}]


def eval_func(order, **kwargs):
    return len(order)


def norm_score(results):
    return results
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[LocalSandbox]:
    with LocalSandbox() as opened:
        yield opened


def task(folder: Path, config: str, files: Mapping[str, bytes]) -> Problem:
    folder.mkdir()
    (folder / "config.py").write_text(config, encoding="utf-8")
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    return open_problem(str(folder), ProblemOptions(time_limit_s=5.0))


def scored(problem: Problem, sandbox: LocalSandbox, program: str, split: str = DEV) -> Any:
    (case,) = Evaluator(problem, sandbox).evaluate(program, split).cases
    return case


def npy(rows: list[list[float]]) -> bytes:
    held = io.BytesIO()
    np.save(held, np.array(rows, dtype=float))
    return held.getvalue()


def test_a_graph_and_scalars_of_every_kind(tmp_path: Path, sandbox: LocalSandbox) -> None:
    problem = task(tmp_path / "colouring", COLOURING, {"towns.txt": TOWNS.encode()})
    (case,) = problem.cases(DEV)
    assert case.data.keys == ("graph", "limit", "strict", "weight", "title", "count", "lower_bound")
    assert not {"best_known", "optimal_colours"} & {key for key, _ in case.data.given["dict"]}
    coloured = ({"a": 0, "b": 1, "c": 0}, {"a": 0, "b": 1, "c": 2}, {"a": 0, "b": 0, "c": 0})
    programs = (COLOURED.replace("COLOURS", repr(colours)) for colours in coloured)
    good, many, bad = (scored(problem, sandbox, program) for program in programs)
    assert (good.verdict, good.loss, good.message) == (Verdict.OK, 0.0, "")
    assert (many.verdict, many.loss) == (Verdict.OK, pytest.approx(1 / 3))
    assert (bad.verdict, bad.message) == (
        Verdict.INFEASIBLE,
        "Exception: two neighbours have the same colour",
    )


def test_arrays_tuples_and_keys_that_are_no_text(tmp_path: Path, sandbox: LocalSandbox) -> None:
    files = {
        "labels.txt": b"tuned\n",
        "valid_instances/one.npy": npy([[1, 9], [9, 2]]),
        "easy_test_instances/two.npy": npy([[9, 1], [3, 9]]),
    }
    problem = task(tmp_path / "assignment", ASSIGNMENT, files)
    assert [case.name for split in (DEV, TEST) for case in problem.cases(split)] == [
        "valid_instances/one.npy[0]",
        "easy_test_instances/two.npy[0]",
    ]
    assert problem.cases(DEV)[0].data.keys == ("costs", "shape", "by_worker", "nothing", "allowed")
    best = scored(problem, sandbox, ASSIGNED.replace("JOBS", "[0, 1]"))
    assert (best.verdict, best.loss, best.message) == (Verdict.OK, 0.0, "")
    test = scored(problem, sandbox, ASSIGNED.replace("JOBS", "[1, 0]"), TEST)
    assert (test.loss, test.metrics["score"]) == (pytest.approx(0.25), 4.0)
    bad = scored(problem, sandbox, ASSIGNED.replace("JOBS", "[0, 0]"))
    assert bad.message == "ValueError: not everybody has a job of its own"
    inside = ASSIGNED.replace('"jobs": jobs', '"jobs": {"of": [jobs, {0, 1}]}')
    other = scored(problem, sandbox, inside.replace("JOBS", "[0, 1]"))
    assert other.verdict is Verdict.BAD_OUTPUT
    assert "the answer['jobs']['of'][1] is of type set, which does not cross" in other.message


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("Fraction(1, 3)", "fractions.Fraction"),
        ("date(2026, 1, 1)", "datetime.date"),
        ("jobs[0]", r".*Job"),
        ("Shop(jobs)", r".*Shop"),
        ("b'bytes'", "bytes"),
        ("{Decimal(1)}", "set"),
        ("range(3)", "range"),
        ("{Decimal(1): 1}", "decimal.Decimal"),
    ],
)
def test_what_is_not_importable_is_named_by_place_and_type(tmp_path: Path, value: str, kind: str) -> None:
    problem = task(tmp_path / "shop", SHOP.replace("VALUE", value), {"jobs": b"sawing 3\nfiling 4\n"})
    place = r"(a key of )?instance 0\['inside'\]\[0\]\['one'\]"
    with pytest.raises(BadData, match=rf"not importable: .*{place} is of type {kind}, which does not cross"):
        problem.cases(DEV)
