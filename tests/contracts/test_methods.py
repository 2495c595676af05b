"""What every search method must be: run for each one that is found, without writing a test for it."""

from __future__ import annotations

import ast
import inspect

import pytest
from toy import MemoryStore, ToyEvaluator, ToyModel, ToyProblem

from solversmith import methods, pools
from solversmith.broker import Broker
from solversmith.contract import SearchMethod
from solversmith.errors import UnknownName
from solversmith.records import CandidateRecord, ProposalRecord, canonical_json
from solversmith.records.canonical import canonical
from solversmith.search import SCHEDULES, check, search
from solversmith.stop import Candidates

NAMES = sorted(methods.available())
KINDS = {"program", "text", "seed"}
TASKS = {"draft", "debug", "refine", "combine", "mutate", "text"}
MOST = 10


def searched(method: SearchMethod, schedule: str, workers: int, seed: int = 7) -> MemoryStore:
    store = MemoryStore()
    search(
        problem=ToyProblem(),
        method=method,
        broker=Broker(store, {"writer": ToyModel()}),
        evaluator=ToyEvaluator(),
        pool=pools.chosen("serial" if workers == 1 else "threads"),
        workers=workers,
        schedule=schedule,
        seed=seed,
        stop=Candidates(MOST),
    )
    return store


@pytest.fixture(params=NAMES)
def method(request: pytest.FixtureRequest) -> SearchMethod:
    return methods.build(request.param, {})


def test_it_is_a_method(method: SearchMethod) -> None:
    assert isinstance(method, SearchMethod)
    assert method.name in NAMES
    assert method.generation >= 1
    canonical_json(dict(method.settings()))


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is_and_refuses_options_that_it_does_not_know(name: str) -> None:
    assert "\n" not in methods.available()[name].strip()
    with pytest.raises(UnknownName, match="no option"):
        methods.build(name, {"no_such_option": 1})


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_it_proposes_the_same_again_from_every_recorded_prefix(method: SearchMethod, schedule: str) -> None:
    store = searched(method, schedule, workers=2)
    found = [record for record in store.journal if isinstance(record, ProposalRecord)]
    assert found
    assert check(store.journal, method, seed=7, text=store.text, schedule=schedule) == []
    assert {record.what for record in found} <= KINDS
    assert {record.task for record in found} <= TASKS


def test_generations_do_not_depend_on_the_number_of_workers(method: SearchMethod) -> None:
    assert canonical(searched(method, "generational", 1).journal) == canonical(
        searched(method, "generational", 3).journal
    )


def test_every_program_that_it_asks_for_becomes_a_candidate(method: SearchMethod) -> None:
    journal = searched(method, "steady", 1).journal
    asked = {r.number for r in journal if isinstance(r, ProposalRecord) and r.what != "text"}
    assert {r.number for r in journal if isinstance(r, CandidateRecord)} == asked


def test_randomness_comes_from_nowhere_else(method: SearchMethod) -> None:
    """No module-level generator: `random.random()` or `np.random.normal()` would make it impure."""
    source = inspect.getsource(inspect.getmodule(type(method)) or type(method))
    calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    names = {ast.unparse(call) for call in calls}
    allowed = {"random.Random", "np.random.default_rng", "numpy.random.default_rng"}
    assert not {n for n in names if n.startswith(("random.", "np.random.", "numpy.random."))} - allowed
    assert not names & {"time.time", "time.monotonic", "os.urandom", "uuid.uuid4"}
