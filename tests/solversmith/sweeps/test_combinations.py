"""Which runs a file asks for, and what they are called."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from solversmith.sweeps.combinations import combined, matches, name_of


def made(
    common: dict[str, Any] | None = None,
    grid: dict[str, list[Any]] | None = None,
    lists: list[dict[str, list[Any]]] | None = None,
    includes: list[dict[str, list[Any]]] | None = None,
    parameters: dict[str, dict[str, list[Any]]] | None = None,
) -> list[dict[str, Any]]:
    return combined(common or {}, grid or {}, lists or [], includes or [], parameters or {})


def test_a_grid_is_every_combination_the_last_key_fastest() -> None:
    runs = made({"n": 4}, {"problem": ["tsp", "mis"], "seed": [0, 1]})
    assert [(run["problem"], run["seed"], run["n"]) for run in runs] == [
        ("tsp", 0, 4),
        ("tsp", 1, 4),
        ("mis", 0, 4),
        ("mis", 1, 4),
    ]


def test_lists_are_combined_with_the_grid_and_go_before_what_all_have() -> None:
    runs = made(
        {"time_limit": 9},
        {"seed": [0, 1]},
        [{"problem": ["tsp"]}, {"problem": ["mis"], "time_limit": [1, 2]}],
    )
    told = [(run["problem"], run["time_limit"], run["seed"]) for run in runs]
    assert told == [("tsp", 9, 0), ("tsp", 9, 1), ("mis", 1, 0), ("mis", 1, 1), ("mis", 2, 0), ("mis", 2, 1)]


def test_includes_stand_beside_the_grid_and_nothing_is_there_twice() -> None:
    runs = made(
        grid={"problem": ["tsp"], "n": [1, 2]},
        includes=[{"problem": ["mis"]}, {"problem": ["tsp"], "n": [2]}],
    )
    assert runs == [{"problem": "tsp", "n": 1}, {"problem": "tsp", "n": 2}, {"problem": "mis"}]


def test_without_a_grid_includes_alone_are_runs_and_without_any_it_is_one_run() -> None:
    assert made({"n": 1}, includes=[{"problem": ["mis"]}]) == [{"n": 1, "problem": "mis"}]
    assert made({"n": 1, "problem": "mis"}) == [{"n": 1, "problem": "mis"}]


def test_parameters_multiply_their_problem_alone_and_not_where_it_states_its_own() -> None:
    runs = made(
        grid={"problem": ["burgers", "tsp", "burgers:nu=1.0"]},
        parameters={"burgers": {"nu": ["0.01", "0.1"]}},
    )
    assert [run["problem"] for run in runs] == ["burgers:nu=0.01", "burgers:nu=0.1", "tsp", "burgers:nu=1.0"]


def test_a_rule_matches_all_of_its_keys_and_a_problem_by_its_name() -> None:
    run = {"problem": "burgers:nu=0.1", "method": "refine", "seed": 1}
    assert matches(run, {"problem": ["burgers"], "seed": [0, 1]})
    assert matches(run, {"problem": ["burgers:nu=0.1"]})
    assert not matches(run, {"problem": ["burgers"], "seed": [2]})
    assert not matches(run, {"n": [4]})


def test_a_name_tells_what_it_is_and_hashes_all_that_makes_it() -> None:
    run = {"problem": "burgers:nu=0.1", "method": "refine", "n": 4, "seed": 1, "time_limit": 5.0}
    name = name_of(run, ["time_limit"])
    assert name.startswith("burgers-nu0.1-refine-n4-seed1-timelimit5.0-")
    assert name_of({**run, "samples": 3}, ["time_limit"]) != name
    assert name_of({**run, "max_usd": 3.0, "humans": False}, ["time_limit"]) == name


@given(st.permutations(["problem", "n", "seed", "method"]))
def test_a_name_does_not_depend_on_the_order_of_the_file(order: list[str]) -> None:
    run: dict[str, Any] = {"problem": "tsp", "n": 4, "seed": 0, "method": "refine"}
    assert name_of({key: run[key] for key in order}, order) == name_of(run, ["n"])
