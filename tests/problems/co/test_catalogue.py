"""Both combinatorial problems through the sandbox, and what listing them imports."""

import importlib
import re
import subprocess
import sys

import pytest

from frontierco.best_known import built_in_table
from frontierco.distances import CONVENTIONS
from frontierco.instances import EXPLICIT
from frontierco.readers.formats import EXAMPLES
from problems.co.mis import problem as mis
from problems.co.tsp import problem as tsp
from sandbox.local import LocalSandbox
from solversmith.contract import DEV, TEST, ProblemOptions, Verdict
from solversmith.evaluate import Evaluator
from solversmith.registry import catalogue, open_problem

LISTING = """
import importlib, sys
for name in ("tsp", "mis", "mds", "cflp"):
    module = importlib.import_module(f"problems.co.{name}.problem")
    assert module.SUMMARY and module.PARAMETERS == ()
print(sorted({name.partition(".")[0] for name in sys.modules} & {"networkx", "scipy", "jax", "ray", "h5py"}))
"""


def test_listing_imports_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", LISTING], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("name", [name for name, path in catalogue().items() if ".co." in path])
def test_every_problem_has_its_sizes_and_says_which_format_it_reads(name: str) -> None:
    definition = importlib.import_module(f"problems.co.{name}.problem").DEFINITION
    parts = {split: [case.part for case in cases] for split, cases in definition.built_in.items()}
    assert parts == {DEV: [""] * 4, TEST: [""] * 4 + ["hard"] * 2}
    assert set(definition.reads) <= EXAMPLES.keys()
    assert definition.reads
    assert definition.draw is not None
    assert definition.published is not None


@pytest.mark.parametrize("name", ["tsp", "cvrp", "cpmp"])
def test_the_statement_names_just_the_distances_that_values_may_belong_to(name: str) -> None:
    definition = importlib.import_module(f"problems.co.{name}.problem").DEFINITION
    statement = open_problem(name).statement.partition("## Distances")[2].partition("## ")[0]
    accepted = {*definition.conventions, *built_in_table(name).conventions}
    assert set(re.findall("`([a-z]+)`", statement)) & {*CONVENTIONS, EXPLICIT} == accepted


@pytest.fixture(scope="module")
def sandbox():
    with LocalSandbox() as opened:
        yield opened


def evaluate(module, sandbox, program: str, limit_s: float = 4.0):
    problem = module.build({}, ProblemOptions(samples=1, time_limit_s=limit_s))
    score = Evaluator(problem, sandbox).evaluate(program, DEV)
    return problem, score.cases[0]


def test_the_last_whole_tour_before_the_limit_counts(sandbox) -> None:
    program = (
        "def solve(**kwargs):\n"
        "    n = len(kwargs['nodes'])\n"
        "    yield {'tour': range(n), 'cost': -1}\n"
        "    yield {'tour': list(range(n))[::-1]}\n"
        "    while True:\n"
        "        pass\n"
    )
    _, case = evaluate(tsp, sandbox, program, 1.0)
    assert case.verdict is Verdict.OK
    assert case.metrics["solutions"] == 2
    assert len({row[1] for row in case.measured["trajectory"]}) == 1


def test_an_exception_after_a_yield_keeps_what_was_yielded(sandbox) -> None:
    program = "def solve(graph):\n    yield {'mis_nodes': {1}}\n    raise RuntimeError('later')\n"
    _, case = evaluate(mis, sandbox, program)
    assert (case.verdict, case.metrics["objective"]) == (Verdict.OK, 1)


def test_a_plain_return_is_one_yield(sandbox) -> None:
    _, case = evaluate(mis, sandbox, "def solve(graph):\n    return {'mis_nodes': []}\n")
    assert (case.verdict, case.loss) == (Verdict.OK, 1.0)


def test_an_infeasible_answer_comes_back_in_words(sandbox) -> None:
    program = "def solve(nodes):\n    n = len(nodes)\n    yield {'tour': list(range(n - 1)) + [0]}\n"
    _, case = evaluate(tsp, sandbox, program)
    assert case.verdict is Verdict.INFEASIBLE
    assert case.message == "city 0 visited twice (positions 0 and 199); city 199 never visited"


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("def solve(nodes):\n    yield {'tour': [float('nan')] * len(nodes)}\n", "entry nan"),
        ("def solve(nodes):\n    yield {'path': list(range(len(nodes)))}\n", "no key 'tour'"),
        ("def solve(nodes):\n    yield 'text'\n", "expected a dict"),
    ],
)
def test_what_is_no_answer_is_bad_output_with_a_reason(sandbox, program: str, words: str) -> None:
    _, case = evaluate(tsp, sandbox, program)
    assert case.verdict is Verdict.BAD_OUTPUT
    assert words in case.message


@pytest.mark.parametrize("module", [tsp, mis])
def test_the_program_finds_its_settings(sandbox, module) -> None:
    program = (
        "import json, os\n"
        "about = json.loads(os.environ['SOLVERSMITH_CASE'])\n"
        "assert set(about) == {'time_limit_s', 'seed', 'threads', 'convention'}, about\n"
        "assert about['time_limit_s'] == 4.0\n"
        "def solve(**kwargs):\n"
        "    yield {'tour': list(range(len(kwargs.get('nodes', [])))), 'mis_nodes': [1]}\n"
    )
    _, case = evaluate(module, sandbox, program)
    assert case.verdict is Verdict.OK, case.message


@pytest.mark.parametrize("module", [tsp, mis])
def test_best_known_values_are_out_of_reach(sandbox, module) -> None:
    program = "import frontierco.best_known\ndef solve(**kwargs):\n    yield {}\n"
    _, case = evaluate(module, sandbox, program)
    assert case.verdict is Verdict.IMPORT_ERROR
