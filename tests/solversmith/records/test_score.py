"""Scores of cases and of candidates."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.records import CaseScore, Verdict, combine, first_in_precedence
from solversmith.records.score import by_part

UNMEASURED = (
    Verdict.INTERNAL_ERROR,
    Verdict.CUT,
)  # of these there is no loss, so they stand behind all others
VERDICTS = st.sampled_from([verdict for verdict in Verdict if verdict not in UNMEASURED])
CASES = st.builds(
    lambda verdict, loss: CaseScore("c", verdict, loss if verdict is Verdict.OK else None),
    VERDICTS,
    st.floats(-1, 1),
)


def test_nan_never_enters() -> None:
    for bad in (math.nan, math.inf, -math.inf):
        with pytest.raises(ValueError, match="finite"):
            CaseScore("c", Verdict.OK, bad)


def test_a_failure_has_no_loss() -> None:
    with pytest.raises(ValueError, match="yet a loss"):
        CaseScore("c", Verdict.CRASH, 0.1)


@given(st.lists(CASES, min_size=1))
def test_turning_a_case_into_a_failure_never_helps(cases: list[CaseScore]) -> None:
    before = combine(cases, 1.0)
    after = combine([CaseScore("c", Verdict.CRASH), *cases[1:]], 1.0)
    assert after.key >= before.key


@given(st.lists(CASES, min_size=1))
def test_every_case_counts(cases: list[CaseScore]) -> None:
    score = combine(cases, 1.0)
    assert score.failed == sum(case.verdict is not Verdict.OK for case in cases)
    if score.loss is not None:
        assert score.loss == pytest.approx(
            sum(1.0 if case.loss is None else case.loss for case in cases) / len(cases)
        )
    assert score.verdict is first_in_precedence(case.verdict for case in cases)


def test_our_fault_is_never_averaged() -> None:
    score = combine([CaseScore("a", Verdict.OK, 0.1), CaseScore("b", Verdict.INTERNAL_ERROR)], 1.0)
    assert (score.verdict, score.loss) == (Verdict.INTERNAL_ERROR, None)


def test_a_case_without_a_best_known_value_is_left_out_of_the_mean() -> None:
    score = combine([CaseScore("a", Verdict.OK, 0.2), CaseScore("b", Verdict.OK)], 1.0)
    assert (score.verdict, score.loss, score.failed) == (Verdict.OK, 0.2, 0)


def part(name: str, verdict: Verdict = Verdict.OK, loss: float | None = None) -> CaseScore:
    return CaseScore("c", verdict, loss, {"part": name} if name else {})


def test_easy_and_hard_are_averaged_apart() -> None:
    cases = [
        part("easy", loss=0.1),
        part("easy", loss=0.3),
        part("hard", Verdict.CRASH),
        part("hard", loss=0.5),
    ]
    parts = by_part(combine(cases, 1.0), 1.0)
    assert list(parts) == ["easy", "hard"]
    assert (parts["easy"].loss, parts["easy"].failed) == (pytest.approx(0.2), 0)
    assert (parts["hard"].loss, parts["hard"].failed) == (0.75, 1)


@pytest.mark.parametrize("names", [["easy", "easy"], ["", ""], ["easy", ""]])
def test_one_part_alone_is_the_whole(names: list[str]) -> None:
    assert by_part(combine([part(name, loss=0.1) for name in names], 1.0), 1.0) == {}
