"""Runs as training data: what is in it, what is preferred to what, and what must not be there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from synthetic_runs import STATEMENT, Made, make_run

from solversmith.cli.main import main
from solversmith.session import read_run
from solversmith.store import RunDirectory
from solversmith.training import Sample, guided, overlap_of, preferences, samples

PROGRAM = "def solver():\n    total = 0\n    return total\n"
OTHER = "def solver():\n    x = [1, 2]\n    return sum(x)\n"


def of(path: Path) -> list[Sample]:
    with RunDirectory.read(path) as store:
        return samples(store, read_run(path).summary)


def lines(capsys: pytest.CaptureFixture[str]) -> list[Any]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_chat_ends_with_the_completion_and_says_what_it_was_worth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_run(tmp_path, "a", [Made(0.25, PROGRAM, rounds=2), Made(None, OTHER)], test_loss=0.777)
    assert main(["export", "--dir", str(tmp_path)]) == 0
    found = lines(capsys)
    assert [(one["id"], one["verdict"], one["dev_loss"]) for one in found] == [
        ("p0000.r0", "time_limit", None),
        ("p0000.r1", "ok", 0.25),
        ("p0001.r0", "time_limit", None),
    ]
    assert [message["role"] for message in found[0]["messages"]] == ["system", "user", "assistant"]
    assert found[1]["messages"][-1]["content"] == f"Here it is.\n```python\n{PROGRAM}```\n"
    assert (found[0]["hints"], found[1]["hints"]) == ([], ["feedback"])
    assert "0.777" not in json.dumps(found)
    assert main(["export", "--dir", str(tmp_path), "--valid-only", "-o", str(tmp_path / "chat.jsonl")]) == 0
    assert len((tmp_path / "chat.jsonl").read_text().splitlines()) == 1


def test_a_pair_has_one_prompt_and_the_better_one_is_chosen(tmp_path: Path) -> None:
    pool = [Made(0.4, "# a\n"), Made(0.2, "# b\n"), Made(0.2004, "# c\n"), Made(None, "# d\n")]
    found = list(preferences(of(make_run(tmp_path, "a", pool, floor=1e-2))))
    chosen = {(one["chosen_about"]["id"], one["rejected_about"]["id"]) for one in found}
    # .2 and .2004 are one value to this reference, and no failure is preferred to anything.
    assert chosen == {
        ("p0001.r0", "p0003.r0"),
        ("p0002.r0", "p0003.r0"),
        ("p0000.r0", "p0003.r0"),
        ("p0001.r0", "p0000.r0"),
        ("p0002.r0", "p0000.r0"),
    }
    assert found[0]["prompt"][-1] == {"role": "user", "content": STATEMENT}
    assert found[0]["chosen"][0]["role"] == "assistant"


def test_no_completion_is_in_more_than_a_few_pairs(tmp_path: Path) -> None:
    pool = [Made(0.1 * (number + 1), f"# {number}\n") for number in range(20)]
    found = list(preferences(of(make_run(tmp_path, "a", pool))))
    names = [one[side]["id"] for one in found for side in ("chosen_about", "rejected_about")]
    assert 20 <= len(found) <= 40
    assert max(names.count(name) for name in set(names)) == 4


def test_what_was_found_with_a_hint_stands_under_the_prompt_without_it(tmp_path: Path) -> None:
    made = [Made(None, PROGRAM), Made(None, OTHER), Made(0.2, OTHER, parents=("c0000",))]
    (one,) = guided(of(make_run(tmp_path, "a", made, method="refine")))
    assert one["messages"][1]["content"] == STATEMENT  # the candidate that was shown is not
    assert (one["hints"], one["pass_rate_without"], one["overlap"]) == (["c0000"], 0.0, 0.0)
    easy = [Made(0.5, PROGRAM), Made(0.2, OTHER, parents=("c0000",))]
    assert list(guided(of(make_run(tmp_path, "b", easy, method="refine")))) == []


def test_a_program_that_its_prompt_shows_is_not_learned_from() -> None:
    shown = [{"role": "user", "content": f"program id=c0000\n```python\n{PROGRAM}```"}]
    assert overlap_of(PROGRAM, shown) == 1.0
    assert overlap_of(OTHER, shown) == pytest.approx(1 / 3)
    assert overlap_of("# nothing\n", shown) == 0.0


def test_runs_and_candidates_are_flat_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_run(tmp_path, "a", [Made(0.25), Made(None)])
    make_run(tmp_path, "b", [Made(0.5)], seed=1)
    for form, rows in (("runs", 2), ("candidates", 3)):
        assert main(["export", "--dir", str(tmp_path), "--as", form]) == 0
        told = capsys.readouterr()
        head, *body = told.out.splitlines()
        assert len(body) == rows
        assert "dev_loss" in head.split(",")
        assert f"{rows} rows" in told.err
    assert main(["export", "--dir", str(tmp_path / "none")]) == 2
