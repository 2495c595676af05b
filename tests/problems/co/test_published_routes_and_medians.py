"""Programs with the published signatures, through the sandbox, on vehicle routing and p-median."""

import pytest

from problems.co.cpmp import problem as cpmp
from problems.co.cvrp import problem as cvrp
from sandbox.local import LocalSandbox
from solversmith.contract import DEV, ProblemOptions, Verdict
from solversmith.evaluate import Evaluator

NAMED = """
import numpy as np

def solve(nodes, demands, capacity, depot_idx, dist_matrix, optimal_routes):
    assert isinstance(dist_matrix, np.ndarray) and dist_matrix.shape == (len(nodes), len(nodes))
    assert optimal_routes is None
    left = set(range(len(nodes))) - {depot_idx}
    routes = []
    while left:
        route, load = [depot_idx], 0
        while fitting := [i for i in left if load + demands[i] <= capacity]:
            nearest = min(fitting, key=lambda i: dist_matrix[route[-1], i])
            route.append(nearest)
            load += demands[nearest]
            left.remove(nearest)
        routes.append(route + [depot_idx])
        yield {"routes": routes + [[depot_idx, i, depot_idx] for i in left]}
    return {"routes": []}
"""
KEYWORDS = """
def solve(**kwargs):
    depot, count = kwargs["depot_idx"], len(kwargs["nodes"])
    return {"routes": [[depot, i, depot] for i in range(count) if i != depot]}
"""
MEDIANS = """
def solve(**kwargs):
    customers, p = kwargs["customers"], kwargs["p"]
    medians = [customer[0] for customer in customers[:p]]
    room = {m: customers[m][3] for m in medians}
    assignments = [None] * kwargs["n"]
    for cust_id, x, y, capacity, demand in sorted(customers, key=lambda c: -c[4]):
        best = max(medians, key=lambda m: room[m])
        room[best] -= demand
        assignments[cust_id] = best
    yield {"objective": 1.0, "medians": medians, "assignments": assignments}
"""


@pytest.fixture(scope="module")
def sandbox():
    with LocalSandbox() as opened:
        yield opened


@pytest.mark.parametrize(
    ("module", "program", "most"), [(cvrp, NAMED, 0.5), (cvrp, KEYWORDS, 0.9), (cpmp, MEDIANS, 0.9)]
)
def test_published_programs_run_unchanged(sandbox, module, program: str, most: float) -> None:
    problem = module.build({}, ProblemOptions(samples=1, time_limit_s=5.0))
    score = Evaluator(problem, sandbox).evaluate(program, DEV)
    assert score.verdict is Verdict.OK, score.cases[0].message
    assert 0 < score.loss < most


@pytest.mark.parametrize(
    ("module", "program", "words"),
    [
        (cvrp, KEYWORDS.replace("]}", "] + [[0, 1, 0]]}"), "customer 1 visited twice (routes 0 and 100)"),
        (cpmp, MEDIANS.replace("customers[:p]", "customers[:1] * p"), "median 0 stands 10 times in medians"),
    ],
)
def test_what_the_published_evaluation_lets_pass_is_infeasible(sandbox, module, program, words: str) -> None:
    problem = module.build({}, ProblemOptions(samples=1, time_limit_s=5.0))
    case = Evaluator(problem, sandbox).evaluate(program, DEV).cases[0]
    assert case.verdict is Verdict.INFEASIBLE
    assert case.message.startswith(words)
