"""Rounds as they are recorded."""

from __future__ import annotations

import json

import pytest
from toy import ToyProblem

from solversmith import rounds
from solversmith.contract import DEV, TEST, CaseScore, Score, Verdict
from solversmith.records import combine


def score(*cases: CaseScore) -> Score:
    return combine(cases, 1.0)


def test_details_hold_everything_but_what_was_measured() -> None:
    case = CaseScore("a", Verdict.OK, 0.5, {"rate": 2}, "fine", [1, 2], {"wall_s": 3.0})
    text = rounds.details_text(score(case))
    assert json.loads(text) == {
        "verdict": "ok",
        "loss": 0.5,
        "cases": [
            {
                "case": "a",
                "verdict": "ok",
                "loss": 0.5,
                "metrics": {"rate": 2},
                "message": "fine",
                "fingerprint": [1, 2],
            }
        ],
    }
    assert json.loads(rounds.measured_text(score(case))) == {"a": {"wall_s": 3.0}}


def test_nothing_that_is_not_finite_enters_the_details() -> None:
    with pytest.raises(ValueError, match="JSON"):
        rounds.details_text(score(CaseScore("a", Verdict.OK, 0.5, {"rate": float("nan")})))


def test_times_add_up_and_memory_is_the_largest() -> None:
    measured = [
        {"wall_s": 1.5, "cpu_s": 2.0, "memory_bytes": 7, "threads": 3, "level": "L3", "start": "warm"},
        {"wall_s": 0.25, "memory_bytes": 9, "busy_slots": 2, "level": "L3", "start": "cold"},
        {"wall_s": float("nan"), "threads": float("inf")},
    ]
    cases = [CaseScore(str(k), Verdict.CRASH, measured=values) for k, values in enumerate(measured)]
    told = rounds.sums(score(*cases))
    assert told == {
        "wall_s": 1.75,
        "cpu_s": 2.0,
        "memory_bytes": 9,
        "processes": 0,
        "threads": 3,
        "busy_slots": 2,
        "level": "L3",
        "start": "cold, warm",
    }
    assert not {"level", "start"} & rounds.sums(score(CaseScore("a", Verdict.NO_CODE))).keys()


@pytest.mark.parametrize("split", [DEV, TEST])
def test_without_a_program_every_case_of_the_split_fails(split: str) -> None:
    found = rounds.without_program(ToyProblem(), split)
    assert (found.verdict, found.loss, found.failed) == (Verdict.NO_CODE, None, 2)
    assert all(case.case.startswith(split) for case in found.cases)


def test_the_message_of_a_fault_is_one_short_line() -> None:
    fault = CaseScore("b", Verdict.INTERNAL_ERROR, message="disk\nfull " + "x" * 1000)
    said = rounds.fault_message(rounds.details_text(score(CaseScore("a", Verdict.OK, 0.0), fault)))
    assert said.startswith("disk full xxx")
    assert len(said) == 400
    assert rounds.fault_message(rounds.details_text(score(CaseScore("a", Verdict.OK, 0.0)))) == "no message"
