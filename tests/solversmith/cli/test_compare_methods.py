"""`compare-methods`: every method on one budget, resumable, and what `show` says of the best of k."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
METHODS = ("best-of-n", "greedy-refine")


def asked(decay: str, *more: object) -> list[object]:
    methods = ",".join(METHODS)
    return ["compare-methods", decay, "--methods", methods, "--seeds", 2, "-n", 3, "--debug-rounds", 0, *more]


def test_each_method_gets_the_same_budget_and_what_is_over_is_read(
    call: Call, decay: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = call(*asked(decay, "--budget", "calls=3", "--format", "json"))
    assert done.code == 0, done.err
    rows = json.loads(done.out)["rows"]
    assert sorted(row["method"] for row in rows) == sorted(METHODS)
    assert {row["runs"] for row in rows} == {2}
    assert {row["spent"] for row in rows} == {1.0}
    names = sorted(path.name for path in (tmp_path / "runs" / "compare-methods").iterdir())
    assert names == [f"decay-{method}-offline-s{seed}-3-calls" for method in METHODS for seed in (0, 1)]

    from solversmith import session

    monkeypatch.setattr(session, "search", None)  # what is over is not searched again
    again = call(*asked(decay, "--budget", "calls=3", "--format", "markdown"))
    assert again.code == 0, again.err
    assert again.out.startswith("# Search methods on one budget\n")
    shown = call("show", tmp_path / "runs" / "compare-methods" / names[0])
    assert "best of k independent attempts" in shown.out
    assert "best of k" not in call("show", tmp_path / "runs" / "compare-methods" / names[2]).out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--budget", "hours=3"], "is no budget"),
        (["--budget", "calls=2.5"], "whole numbers"),
        (["--budget", "usd=0"], "is no budget"),
        (["--budget", "calls=3", "--methods", "eho"], "no method named 'eho'"),
        (["--budget", "calls=3", "--methods", ","], "--methods names none"),
        (["--budget", "calls=3", "--schedule", "stedy"], "did you mean 'steady'?"),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_no_run_behind(
    call: Call, decay: str, tmp_path: Path, given: list[object], said: str
) -> None:
    done = call("compare-methods", decay, *given)
    assert done.code == 2
    assert said in done.sentence
    assert not (tmp_path / "runs").exists()
