"""Where a best solution is stored, it evaluates to the stored value."""

import json
import os
from pathlib import Path

import pytest
from stored_solutions import objective_and_value, stored

from frontierco.planted import planted_graph

DATA = os.environ.get("FRONTIERCO_DATA")


@pytest.mark.parametrize(("problem", "file"), stored(), ids=lambda part: getattr(part, "stem", part))
def test_it_evaluates_to_the_stored_value(problem: str, file: Path) -> None:
    objective, value = objective_and_value(problem, file, Path(DATA) if DATA else None)
    assert objective == value


@pytest.mark.parametrize(("variables", "seed"), [(22, 2201), (25, 92501), (100, 99901)])
def test_hidden_sets_have_the_value_of_their_graph(tmp_path: Path, variables: int, seed: int) -> None:
    file = tmp_path / f"planted-{variables}-{seed}.json"
    file.write_text(json.dumps({"mis_nodes": planted_graph(variables, seed)[1].tolist()}))
    assert objective_and_value("mis", file) == (variables, variables)


def test_another_solution_is_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "uniform-200-71200.json"
    file.write_text(json.dumps({"tour": list(range(200))}))
    objective, value = objective_and_value("tsp", file)
    assert objective > value
    file.write_text(json.dumps({"tour": [0] * 200}))
    with pytest.raises(AssertionError, match="city 0 visited 200 times"):
        objective_and_value("tsp", file)
    with pytest.raises(LookupError, match="no instance nobody of tsp"):
        objective_and_value("tsp", tmp_path / "nobody.json")
