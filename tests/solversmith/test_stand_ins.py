"""Stand-ins for best-known values: the best human objective, recorded once, never told."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from frontierco.portgen import uniform
from problems.co.tsp.problem import build
from solversmith import stand_ins
from solversmith.contract import DEV, CaseScore, ProblemOptions, StandIn, Verdict
from solversmith.errors import UsageError
from solversmith.evaluate import Evaluator
from solversmith.records.score import combine
from solversmith.session import Watcher, carried_out
from solversmith.settings import RunSettings, Scoring
from solversmith.store import RunDirectory


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two dev instances and a test instance that no table lists."""
    head = "TYPE : TSP\nDIMENSION : 8\nEDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n"
    for seed, name in enumerate(("valid_instances/a", "valid_instances/b", "easy_test_instances/c"), 1):
        file = tmp_path / "data" / "TSP" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        rows = (f"{i} {x:.0f} {y:.0f}\n" for i, (x, y) in enumerate(uniform(8, seed), 1))
        file.write_text(head + "".join(rows))
    return tmp_path / "data"


class Canned(Evaluator):
    """Gives every human program an objective per case, `None` for a failure."""

    def __init__(self, problem: Any, objectives: dict[str, list[float | None]]) -> None:
        super().__init__(problem, None)  # type: ignore[arg-type]
        sources = {source: name for name, source in problem.solvers.items()}
        object.__setattr__(self, "_found", lambda source: objectives.get(sources[source], [None, None]))

    def evaluate(self, program: str, split: str, cases: Any = None, **_: Any) -> Any:
        scores = [
            CaseScore(case.name, Verdict.TIME_LIMIT)
            if value is None
            else CaseScore(case.name, Verdict.OK, None, {"objective": value})
            for case, value in zip(cases, self._found(program), strict=True)  # type: ignore[attr-defined]
        ]
        return combine(scores, 1.0)


def test_the_best_objective_of_any_human_program_stands_in(data: Path) -> None:
    problem = build({}, ProblemOptions(data=data))
    assert stand_ins.are_missing(problem)
    told: list[str] = []
    objectives = {"trivial": [90, 80], "expert": [50, None], "simple": [60, 70]}
    found = stand_ins.measured(Canned(problem, objectives), told.append)
    first, second = (case.digest for case in problem.cases(DEV))
    assert found == {first: StandIn(50, "expert"), second: StandIn(70, "simple")}
    assert told[0].startswith("2 dev cases have no best-known value")
    given = stand_ins.given(problem, found)
    assert not stand_ins.are_missing(given)
    assert [case.data.target for case in given.cases(DEV)] == [50, 70]
    assert given.reference == problem.reference  # which run it is does not depend on what was measured


def test_they_are_read_as_they_were_recorded() -> None:
    found = {"b": StandIn(1.5, "simple"), "a": StandIn(7, "expert")}
    assert stand_ins.read({stand_ins.ENVIRONMENT_KEY: stand_ins.recorded(found)}) == found
    assert stand_ins.read({}) == {}


def test_where_no_human_program_solves_any_a_search_makes_no_sense(data: Path) -> None:
    problem = build({}, ProblemOptions(data=data))
    with pytest.raises(UsageError, match=r"no human program solves any.*--best-known FILE"):
        stand_ins.measured(Canned(problem, {}), lambda text: None)


def test_a_users_values_make_them_needless(data: Path, tmp_path: Path) -> None:
    (tmp_path / "values").write_text("a 5 nint\nb 5 nint\n")
    problem = build({}, ProblemOptions(data=data, best_known=tmp_path / "values"))
    assert not stand_ins.are_missing(problem)


def test_a_run_records_them_once_and_tells_no_prompt(data: Path, tmp_path: Path) -> None:
    scoring = Scoring(data=data, time_limit_s=1.0)
    settings = RunSettings(
        "tsp", candidates=1, folder=tmp_path / "runs", name="one", scoring=scoring, humans=False
    )
    told: list[str] = []
    watcher = Watcher(lambda records, wanted: None, lambda record: None, told.append)
    result = carried_out(settings, watcher)
    assert result.summary.best is not None
    assert result.summary.best.loss is not None
    recorded = tomllib.loads((result.path / "run.toml").read_text())["environment"]["stand_ins"]
    assert len(recorded) == 2
    values = {str(one["value"]) for one in recorded.values()}
    lines = (result.path / "texts.jsonl").read_text().splitlines()
    prompts = [json.loads(line)["text"] for line in lines]
    with RunDirectory.read(result.path) as store:
        assert store.settings["environment"]["stand_ins"] == recorded
    asked = [text for text in prompts if "task: draft" in text or "task: debug" in text]
    assert asked
    assert not [value for value in values for text in asked if value in text]
    assert result.summary.test is not None
    assert result.summary.test.loss is None  # nothing stands in on test
    told.clear()
    assert carried_out(settings, watcher).summary.best == result.summary.best
    assert not [text for text in told if "human program" in text]
