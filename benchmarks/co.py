"""What the combinatorial side costs: verdicts, parsing, graphs, memory; and how far programs get.

    python benchmarks/co.py [--only PROBLEM] [--repeats 9] [--json]
    python benchmarks/co.py --rows KEPT.jsonl [--only PROBLEM] [--limits 10,60] [--json]

The first measures what is ours, in CPU time of this process: from the bytes of a solution to verdict and
objective (ours and the published one), on made instances; files under FRONTIERCO_DATA to arrays, scaled to
10 MB; what a program is promised out of bytes, beside what networkx needs for the same graph. Minimum and
median over the repetitions.

The second runs human programs in the sandbox, one at a time, on at most three instances of each problem: at
10 s, and at 60 s `expert` and `classical` ones on the first and the last instance. They are real ones from
FRONTIERCO_DATA where there are any. Rows are kept in a file line by line and never measured again, so that an
interrupted call goes on; with `--least-share 0.7` those that got a smaller share of a core, since the machine
was busy, are measured anew.
"""

# ruff: noqa: E402 - packages are found beside this folder, not in it
from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import networkx as nx
import numpy as np

sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks import co_rows
from frontierco.cases import CaseData
from frontierco.facilitygen import random_facilities
from frontierco.fleetgen import FleetRecipe, random_fleet
from frontierco.mediangen import random_customers
from frontierco.planted import planted_graph
from frontierco.problem import CoProblem
from frontierco.random_graphs import preferential_graph
from frontierco.shop_generators import similar_times_shop
from frontierco.terminal_generators import street_graph
from sandbox.spec import EndedBy, Frame, Outcome, Usage
from solversmith import registry
from solversmith.contract import TEST, Case, ProblemOptions
from solversmith.evaluate import job_of, judge

NAMES = tuple(co_rows.INSTANCES)
MIB10 = 10e6


@dataclass(frozen=True)
class Large:
    """A made instance of one problem, and within how many milliseconds a solution of it must be judged."""

    make: Callable[[], Any]
    target_ms: float


LARGE: Mapping[str, Large] = {
    "tsp": Large(lambda: registry_case("tsp", "E100k.0"), 5.0),
    "cvrp": Large(partial(random_fleet, FleetRecipe(20_000, "central", "clustered", "1-10", 20.0), 1), 20.0),
    "mis": Large(lambda: planted_graph(100, 1)[0], 10.0),  # as large as frb100-40
    "mds": Large(partial(preferential_graph, 200_000, 3, 1), 10.0),
    "cflp": Large(partial(random_facilities, 2000, 2000, 5, 1), 100.0),
    "cpmp": Large(partial(random_customers, 10_000, 2000, 1), 20.0),
    "fjsp": Large(partial(similar_times_shop, 200, 15, (5, 9), 0.3, 1), 20.0),
    "stp": Large(partial(street_graph, 100_000, 1000, 1), 20.0),
}
FILES: Mapping[str, tuple[str, float]] = {  # the largest at hand, and seconds for 10 MB of them
    "tsp": ("TSP/hard_test_instances/C100k.0", 0.2),
    "cvrp": ("CVRP/hard_test_instances/Flanders1.vrp", 0.2),
    "mis": ("MIS/hard_test_instances/frb100-40.mis", 0.2),
    "mds": ("MDS/other/heuristic_087.gr", 0.2),
    "cflp": ("CFLP/other/i500_6.plc", 0.2),
    "cpmp": ("CPMP/easy_test_instances/fnl4461_0020.txt", 0.2),
    "fjsp": ("FJSP/hard_test_instances/79.txt", 1.0),
    "stp": ("STP/easy_test_instances/G309a.stp", 1.0),
}
MOST_ARRAYS, MOST_GRAPH = 5.0, 1.5  # times the file; times networkx


def registry_case(name: str, case: str) -> Any:
    """The instance that has this name."""
    (found,) = registry.open_problem(name, ProblemOptions(cases=case)).cases(TEST)
    return found.data.instance


def timed(task: Callable[[], Any], repeats: int) -> tuple[float, float]:
    """Least and median CPU seconds of this process."""
    spent = []
    for _ in range(repeats):
        begin_s = time.process_time()
        task()
        spent.append(time.process_time() - begin_s)
    return min(spent), statistics.median(spent)


def harness_of(problem: CoProblem) -> ModuleType:
    """The problem's harness, imported here: what it does in the sandbox is measured without one."""
    spec = importlib.util.spec_from_file_location("harness", problem.folder.path / "harness.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def trivial_answer(problem: CoProblem, harness: ModuleType, payload: bytes) -> dict[str, bytes]:
    """What the program `trivial` answers, as the bytes that would cross."""
    program: dict[str, Any] = {"__name__": "program"}
    exec(compile(problem.solvers["trivial"], "trivial.py", "exec"), program)  # noqa: S102 - our own
    arguments, keywords = harness.arguments(payload)
    solutions = list(program["solve"](*arguments, **keywords))
    return {key: np.asarray(array).tobytes() for key, array in harness.answer(solutions[-1], payload).items()}


def verdict(name: str, repeats: int) -> dict[str, Any]:
    """From the bytes of a solution to the score of the case, and building what the program is promised."""
    problem = registry.open_problem(name)
    assert isinstance(problem, CoProblem)
    instance = LARGE[name].make()
    case = Case("large", TEST, instance.digest, CaseData(instance, instance.convention, None, "made"), "made")
    harness, payload = harness_of(problem), problem.pack(case)
    frame = Frame(0.1, 0, 0, trivial_answer(problem, harness, payload))
    outcome = Outcome(EndedBy.RETURNED, (frame,), usage=Usage(wall_s=0.1))
    job = job_of(problem, case, "pass")
    score = judge(problem, case, job, outcome)
    least_s, median_s = timed(lambda: judge(problem, case, job, outcome), repeats)
    return {
        "what": f"{name}: verdict and objective",
        "of": f"{instance.size}; {score.verdict}, {score.metrics.get('objective')}",
        "least": round(1e3 * least_s, 2),
        "median": round(1e3 * median_s, 2),
        "target": LARGE[name].target_ms,
        "unit": "ms",
    }


def parsing(name: str, data: Path, repeats: int) -> list[dict[str, Any]]:
    """Seconds for 10 MB of the largest file, and the memory of its arrays."""
    problem = registry.open_problem(name)
    assert isinstance(problem, CoProblem)
    file, target_s = data / FILES[name][0], FILES[name][1]
    if not file.exists():
        return []
    size = file.stat().st_size
    least_s, median_s = timed(lambda: problem.definition.read(file), repeats)
    instance = problem.definition.read(file)
    nbytes = sum(array.nbytes for array in vars(instance).values() if isinstance(array, np.ndarray))
    about = f"{file.name}, {size / 1e6:.2f} MB"
    return [
        {
            "what": f"{name}: parsing, for 10 MB",
            "of": about,
            "least": round(least_s * MIB10 / size, 3),
            "median": round(median_s * MIB10 / size, 3),
            "target": target_s,
            "unit": "s",
        },
        {
            "what": f"{name}: memory of arrays",
            "of": about,
            "least": round(nbytes / size, 2),
            "median": round(nbytes / size, 2),
            "target": MOST_ARRAYS,
            "unit": "x file",
        },
    ]


def graphs(name: str, repeats: int) -> dict[str, Any]:
    """What the harness needs for the graph beside what networkx needs for it, taken in turn."""
    problem = registry.open_problem(name)
    assert isinstance(problem, CoProblem)
    instance = LARGE[name].make()
    payload, harness = problem.definition.pack(instance), harness_of(problem)
    vertices, pairs = range(1, instance.num_vertices + 1), list(map(tuple, instance.edges.tolist()))

    def own() -> None:
        harness.arguments(payload)

    def bare() -> None:
        graph: nx.Graph[int] = nx.Graph()
        graph.add_nodes_from(vertices)
        graph.add_edges_from(pairs)

    both = [(timed(own, 1)[0], timed(bare, 1)[0]) for _ in range(repeats)]
    ours, theirs = ([row[side] for row in both] for side in (0, 1))
    return {
        "what": f"{name}: graph in the harness",
        "of": f"{instance.size}; networkx {min(theirs):.2f} s",
        "least": round(min(ours) / min(theirs), 2),
        "median": round(statistics.median(ours) / statistics.median(theirs), 2),
        "target": MOST_GRAPH,
        "unit": "x networkx",
    }


def costs(names: Sequence[str], data: Path | None, repeats: int) -> list[dict[str, Any]]:
    """Everything that is measured without running programs."""
    found = [verdict(name, repeats) for name in names]
    if data is not None:
        for name in names:
            found += parsing(name, data, repeats)
    return found + [graphs(name, max(3, repeats // 3)) for name in names if name in ("mis", "mds")]


def shown(found: Sequence[Mapping[str, Any]]) -> str:
    """As a table in Markdown."""
    lines = ["| what | of | min | median | to reach | |", "|---|---|---:|---:|---:|---|"]
    for row in found:
        reached = "" if row["least"] <= row["target"] else "missed"
        target = f"{row['target']:g} {row['unit']}"
        lines.append(
            f"| {row['what']} | {row['of']} | {row['least']:g} | {row['median']:g} | {target} | {reached} |"
        )
    return "\n".join(lines)


def data_folder() -> Path | None:
    """Where real instances are, if anywhere."""
    found = os.environ.get("FRONTIERCO_DATA")
    return Path(found) if found else None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=NAMES, action="append", help="this problem (may be repeated)")
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--rows", type=Path, metavar="KEPT", help="measure programs; keep rows in this file")
    parser.add_argument("--limits", default=f"{co_rows.SHORT_S:g},{co_rows.LONG_S:g}")
    parser.add_argument("--least-share", type=float, default=0.0)
    parser.add_argument("--table", action="store_true", help="print the rows that are kept, measure nothing")
    parser.add_argument("--json", action="store_true", dest="as_json")
    given = parser.parse_args()
    names = given.only or NAMES
    if given.rows is None:
        begin = os.getloadavg()[0]
        found = costs(names, data_folder(), given.repeats)
        load = {"before": begin, "after": os.getloadavg()[0]}
        print(json.dumps({"load": load, "costs": found}, indent=1) if given.as_json else shown(found))
        print(f"load {load['before']:.2f} before, {load['after']:.2f} after", file=sys.stderr)
        return
    if not given.table:
        limits = [float(limit) for limit in given.limits.split(",")]
        wants = list(co_rows.wanted(names, limits))
        co_rows.measured(wants, data_folder(), given.rows, given.least_share)
    rows = [row for row in co_rows.read_rows(given.rows).values() if row["problem"] in names]
    if given.as_json:
        print(json.dumps(rows, indent=1))
    else:
        for name in names:
            print(f"{name}\n\n{co_rows.table(rows, name)}\n")


if __name__ == "__main__":
    main()
