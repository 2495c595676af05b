"""What belongs together, what is told apart, and what is never mixed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from synthetic_runs import Made, make_run

from solversmith.comparison.groups import Grouped, grouped
from solversmith.comparison.values import NOTHING_VALID, UNFINISHED, measure
from solversmith.errors import UsageError
from solversmith.session import read_run

POOL = [Made(0.4), Made(None), Made(0.2), Made(0.3)]


def group(paths: list[Path], **options: Any) -> Grouped:
    results = [read_run(path) for path in paths]
    return grouped([(result.summary, result.humans) for result in results], **options)


def test_runs_that_differ_in_their_seed_alone_are_one_solver(tmp_path: Path) -> None:
    paths = [make_run(tmp_path, f"s{seed}", POOL, seed=seed, humans={"simple": 0.25}) for seed in range(3)]
    runs, human = group(paths).groups
    assert (runs.solver, runs.seeds) == ("best-of-n n=4 scripted", ("0", "1", "2"))
    assert (human.solver, human.human, human.seeds) == ("simple", True, ())
    assert runs.good == 0.25


def test_solvers_that_share_a_short_name_are_told_apart_by_what_differs(tmp_path: Path) -> None:
    paths = [make_run(tmp_path, "a", POOL), make_run(tmp_path, "b", POOL, feedback=False)]
    assert [one.solver for one in group(paths).groups] == [
        "best-of-n n=4 scripted (feedback=True)",
        "best-of-n n=4 scripted (feedback=False)",
    ]


def test_another_condition_is_another_group_and_is_in_no_test(tmp_path: Path) -> None:
    slow = {"wall_s": 99.0, "test_wall_s": 99.0, "threads": 1, "memory_mib": 512}
    paths = [make_run(tmp_path, "a", POOL), make_run(tmp_path, "b", POOL, seed=1, limits=slow)]
    found = group(paths)
    assert [one.differs for one in found.groups] == ["", "limits"]
    assert len(found.alike) == 1
    together = group(paths, across=["limits"])
    assert [one.seeds for one in together.groups] == [("0", "1")]
    with pytest.raises(UsageError, match="no condition"):
        group(paths, across=["weather"])


def test_a_seed_that_was_run_twice_counts_once_and_is_told(tmp_path: Path) -> None:
    found = group([make_run(tmp_path, "a", POOL), make_run(tmp_path, "again", POOL)])
    assert [one.seeds for one in found.groups] == [("0",)]
    assert "run again is left out: it repeats seed 0" in found.left_out[0]


def test_each_value_of_a_run(tmp_path: Path) -> None:
    path = make_run(tmp_path, "a", POOL, test_loss=0.5, floor=1e-3, humans={"simple": 0.25})
    run, human = (one.entries[0] for one in group([path]).groups)
    values = {name: measure(name)(run).value for name in ("test", "dev", "median", "best@1", "tokens", "cpu")}
    assert values["test"] == 0.5
    assert values["dev"] == 0.2
    assert values["median"] == pytest.approx(0.35)  # of .2, .3, .4 and a failure's 1
    assert values["best@1"] == pytest.approx((0.2 + 0.3 + 0.4 + 1.0) / 4)
    assert (values["tokens"], values["cpu"]) == (600, 1.1)
    assert measure("usd")(run).value == pytest.approx(0.004)
    assert measure("best@5")(run).why == "fewer than 5 candidates"
    assert measure("test")(run).floor == pytest.approx(1e-3)
    assert (measure("dev")(human).value, measure("test")(human).value) == (0.25, None)
    for wrong in ("best@0", "speed"):
        with pytest.raises(UsageError):
            measure(wrong)


def test_a_search_has_no_pool_and_its_best_of_k_is_that_of_its_first(tmp_path: Path) -> None:
    search = [Made(0.4), Made(0.5, parents=("c0000",)), Made(0.1, parents=("c0000",))]
    (one,) = group([make_run(tmp_path, "a", search, method="refine")]).groups
    assert [measure(f"best@{k}")(one.entries[0]).value for k in (1, 2, 3)] == [0.4, 0.4, 0.1]


def test_a_run_that_found_nothing_failed_and_one_that_is_not_over_is_missing(tmp_path: Path) -> None:
    nothing = make_run(tmp_path, "a", [Made(None)])
    begun = make_run(tmp_path, "b", POOL, seed=1, finished=False)
    entries = [entry for one in group([nothing, begun]).groups for entry in one.entries]
    failed, missing = measure("test")(entries[0]), measure("test")(entries[1])
    assert (failed.value, failed.failed, failed.why) == (1.0, True, NOTHING_VALID)
    assert (missing.value, missing.why) == (None, UNFINISHED)
