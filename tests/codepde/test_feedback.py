"""What the next prompt says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codepde.feedback import MOST_CHARACTERS, feedback
from solversmith.records.score import CaseScore, combine
from solversmith.records.verdict import Verdict

METRICS = {
    "nrmse_per_sample": [0.011, 0.002, 0.034567, 0.0005],
    "kinds": ["smooth", "window", "kink", "smooth"],
    "worst_time_per_sample": [0.07, 1.0, 2.0, 0.5],
    "nrmse_final_time": 0.00123,
    "saturated": False,
    "capped": False,
}


def told(verdict: Verdict, message: str = "", **metrics: object) -> str:
    loss = 0.012345 if verdict is Verdict.OK else None
    return feedback(combine([CaseScore("case", verdict, loss, {**METRICS, **metrics}, message)], 1.0))


def test_a_success_says_how_wrong_and_where() -> None:
    assert told(Verdict.OK).splitlines() == [
        "verdict: ok",
        "loss: 0.012 (nRMSE, mean over the samples; lower is better)",
        "sample 2 (kink): error 0.035, largest at t = 2",
        "sample 0 (smooth): error 0.011, largest at t = 0.07",
        "sample 1 (window): error 0.002, largest at t = 1",
        "error at the final time: 0.0012",
    ]


def test_saturated_and_capped_are_said() -> None:
    assert "below what the reference can resolve" in told(Verdict.OK, saturated=True)
    assert "grew without bound" in told(Verdict.OK, capped=True)


def test_samples_with_nan_are_named() -> None:
    message = "NaN or infinity in 1 of 8 samples: sample 1 from frame 4 (t = 0.04)"
    assert told(Verdict.NON_FINITE, message) == f"verdict: non_finite\n{message}"


@given(st.sampled_from(sorted(Verdict)), st.text(max_size=5000))
def test_every_verdict_is_rendered_and_bounded(verdict: Verdict, message: str) -> None:
    text = told(verdict, message)
    assert text.splitlines()[0] == f"verdict: {verdict.value}"
    assert len(text) <= MOST_CHARACTERS


def test_of_a_long_message_both_ends_stay() -> None:
    text = told(Verdict.RUNTIME_ERROR, "BEGIN" + "x" * 5000 + "ValueError: END")
    assert "BEGIN" in text
    assert text.endswith("ValueError: END")


@pytest.mark.parametrize("other", [Verdict.OK, Verdict.TIME_LIMIT])
def test_the_failing_case_is_what_is_told(other: Verdict) -> None:
    cases = [
        CaseScore("a", other, 0.5 if other is Verdict.OK else None, METRICS, "a message"),
        CaseScore("b", Verdict.RUNTIME_ERROR, message="ValueError: b"),
    ]
    assert feedback(combine(cases, 1.0)) == "verdict: runtime_error\nValueError: b"


def test_without_metrics_it_still_speaks() -> None:
    score = combine([CaseScore("a", Verdict.OK, 0.25)], 1.0)
    assert feedback(score).startswith("verdict: ok\nloss: 0.25")
