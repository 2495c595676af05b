"""What the next prompt says."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codepde.feedback import MOST_CHARACTERS, feedback
from solversmith.records.score import CaseScore, combine
from solversmith.records.verdict import Verdict

METRICS = {
    "worst_samples": [
        {"sample": 2, "kind": "kink", "error": 0.034567, "t": 2.0},
        {"sample": 0, "kind": "smooth", "error": 0.011, "t": 0.07},
        {"sample": 1, "kind": "window", "error": 0.002, "t": 1.0},
        {"sample": 3, "kind": "smooth", "error": 0.0005, "t": 0.5},
    ],
    "nrmse_by_band": {"low": 0.0123, "mid": 0.001, "high": 1e-5},
    "drift": {"mass": 1.5e-16},
    "nrmse_final_time": 0.00123,
    "saturated": False,
    "capped": False,
}


def told(
    verdict: Verdict, message: str = "", measured: Mapping[str, object] | None = None, **metrics: object
) -> str:
    loss = 0.012345 if verdict is Verdict.OK else None
    case = CaseScore("case", verdict, loss, {**METRICS, **metrics}, message, measured=measured or {})
    return feedback(combine([case], 1.0))


def test_a_success_says_how_wrong_and_where() -> None:
    assert told(Verdict.OK).splitlines() == [
        "verdict: ok",
        "loss: 0.012 (nRMSE, mean over the samples; lower is better)",
        "sample 2 (kink): error 0.035, largest at t = 2",
        "sample 0 (smooth): error 0.011, largest at t = 0.07",
        "sample 1 (window): error 0.002, largest at t = 1",
        "error by wavenumber: low 0.012, mid 0.001, high 1e-05",
        "relative violation of exact balances: mass 1.5e-16",
        "error at the final time: 0.0012",
    ]


@pytest.mark.parametrize(
    ("order", "errors", "line"),
    [
        (0.9431, [[128, 0.2], [1024, 0.03]], "from 128 to 1024 points: 0.94; lower than expected: "),
        (1.98, [[128, 0.2], [1024, 0.003]], "from 128 to 1024 points: 2"),
        (None, [[128, 0.2], [512, None], [1024, None]], ": not known, runs failed at 512, 1024 points"),
    ],
)
def test_an_order_that_was_measured_is_told(order: float | None, errors: list[object], line: str) -> None:
    (said,) = [x for x in told(Verdict.OK, order=order, order_errors=errors).splitlines() if "order" in x]
    assert said.startswith(f"order of convergence{' ' * line.startswith('from')}{line}")
    assert ("lower than expected" in said) is (order == 0.9431)


def test_an_order_that_can_not_be_seen_is_not_told() -> None:
    assert "order" not in told(Verdict.OK, order=None, order_note="saturated", order_errors=[[128, 1e-9]])


def test_saturated_and_capped_are_said() -> None:
    assert told(Verdict.OK, saturated=True, error_floor=0.02345).splitlines() == [
        "verdict: ok",
        "loss: <= 0.023: no more than the reference can resolve, only speed is left to gain",
    ]
    assert "grew without bound" in told(Verdict.OK, capped=True)


def test_of_several_fields_each_is_told_and_a_steady_problem_has_no_time() -> None:
    steady = [{"sample": 1, "kind": "smooth", "error": 0.02}]
    lines = told(Verdict.OK, nrmse_by_field={"v": 0.02345, "rho": 0.001}, worst_samples=steady).splitlines()
    assert lines[1] == "loss: 0.012 (nRMSE, mean over fields and samples; lower is better)"
    assert "sample 1 (smooth): error 0.02" in lines
    assert "error by field: v 0.023, rho 0.001" in lines


def test_of_a_program_that_was_too_slow_it_says_where_the_time_went() -> None:
    measured = {"wall_s": 60.013, "cpu_s": 61.2, "load_s": 3.21}
    assert told(Verdict.TIME_LIMIT, "stopped at the time limit of 60 s", measured).splitlines() == [
        "verdict: time_limit",
        "stopped at the time limit of 60 s",
        "too slow by a factor of more than 1, by how much is not known: it was stopped after 60 s, 3.2 s of "
        "it before solver was called, and kept 1.0 CPU threads busy",
    ]
    assert len(told(Verdict.TIME_LIMIT, "x" * 5000, measured)) <= MOST_CHARACTERS


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


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (
            {"samples": 8, "one_sample_s": 15.0, "limit_s": 60.0, "one_sample_late": False},
            "(one of the 8 samples alone took 15 s; 8 times that is 2 times the limit): it was stopped",
        ),
        (
            {"samples": 8, "one_sample_s": None, "limit_s": 60.0, "one_sample_late": True},
            "(one of the 8 samples alone takes longer than the limit, too): it was stopped",
        ),
        ({"samples": 8, "one_sample_s": None, "one_sample_late": False}, ", by how much is not known"),
    ],
)
def test_one_sample_says_how_slow_a_program_is(found: Mapping[str, object], says: str) -> None:
    measured = {"wall_s": 60.0, "cpu_s": 60.0, "load_s": 3.2, **found}
    assert says in told(Verdict.TIME_LIMIT, "stopped at the time limit of 60 s", measured)
