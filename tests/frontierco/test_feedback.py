"""Feedback: bounded, without names and best-known values, for every verdict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontierco.feedback import MOST_CHARACTERS, describe
from solversmith.contract import CaseScore, Verdict
from solversmith.records.score import combine

METRICS = {
    "size": "n=200",
    "objective": 11725826,
    "best_known": 10934088,
    "limit_s": 10.0,
    "solutions": 7,
    "regressed": False,
}
MEASURED = {"first_feasible_s": 0.02, "last_improvement_s": 3.456}


def ok(loss: float | None = 0.0675, **changes) -> CaseScore:
    return CaseScore("secret-name", Verdict.OK, loss, {**METRICS, **changes}, measured=MEASURED)


def failed(verdict: Verdict, message: str, name: str = "secret-name") -> CaseScore:
    return CaseScore(name, verdict, None, {}, message)


def told(*cases: CaseScore) -> str:
    return describe(combine(cases, 1.0), {"secret-name": "n=200"})


def test_what_a_successful_case_is_told() -> None:
    text = told(ok())
    assert text.splitlines() == [
        "verdict: ok",
        "mean gap: 6.75 % (a failed case counts 100 %)",
        "case 1 (n=200): ok, gap 6.75 %, first solution after less than 5 % of the time limit, "
        "stalls: no improvement after about 30 % of it",
    ]
    assert "10934088" not in text
    assert "secret" not in text


def test_regression_and_missing_values_are_told() -> None:
    assert "an earlier solution was better than the last" in told(ok(regressed=True))
    assert "objective 11725826 (no best-known value)" in told(ok(loss=None, best_known=None))


def test_violations_are_told() -> None:
    text = told(ok(), failed(Verdict.INFEASIBLE, "city 17 visited twice (positions 3 and 90)"))
    assert text.startswith("verdict: infeasible\n")
    assert "case 2 (n=200): infeasible: city 17 visited twice (positions 3 and 90)" in text


def test_the_same_message_is_told_once_and_its_end_is_kept() -> None:
    message = "Traceback:\n" + "  frame\n" * 500 + "IndexError: list index out of range"
    text = told(*[failed(Verdict.RUNTIME_ERROR, message)] * 4)
    assert text.count("IndexError: list index out of range") == 1
    assert "case 1, 2, 3, 4 said:" in text
    assert "Traceback:" in text


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_can_be_told(verdict: Verdict) -> None:
    case = ok() if verdict is Verdict.OK else failed(verdict, "words of the program")
    lines = told(case).splitlines()
    assert lines[0] == f"verdict: {verdict}"
    assert any(line.startswith(f"case 1 (n=200): {verdict}") for line in lines)


@given(st.lists(st.tuples(st.sampled_from(list(Verdict)), st.text(max_size=3000)), min_size=1, max_size=40))
def test_it_is_bounded(cases) -> None:
    text = told(*(ok() if v is Verdict.OK else failed(v, m, name=f"c{i}") for i, (v, m) in enumerate(cases)))
    assert len(text) <= MOST_CHARACTERS
    assert text.split("\n")[0].startswith("verdict: ")


def course(**measured) -> str:
    case = CaseScore("secret-name", Verdict.OK, 0.0675, METRICS, measured={**MEASURED, **measured})
    return told(case).splitlines()[-1]


def test_it_says_where_the_curve_stalls() -> None:
    assert "stalls: no improvement after about 30 % of it" in course(wall_s=10.0)
    assert "still improving near the end of it" in course(last_improvement_s=9.0)
    assert "half of the way after about 20 %" in course(half_way_s=2.0)
    assert "the program ended after about 40 % of it" in course(wall_s=4.0)
    assert "the program ended" not in course(wall_s=9.9)


def test_another_loss_than_the_gap_has_its_name() -> None:
    case = ok(loss=0.3, gap=0.0675)
    lines = describe(combine([case], 1.0), {}, "primal integral").splitlines()
    assert lines[1] == "mean primal integral: 30.00 % (a failed case counts 100 %)"
    assert "loss 30.00 %, gap 6.75 %" in lines[2]


def test_a_gap_to_a_stand_in_is_marked() -> None:
    assert "gap 6.75 % to the best human program" in told(ok(stand_in="expert"))
