"""How far a run is, from its records alone."""

from __future__ import annotations

import pytest

from solversmith.progress import RECENT, Standing, clock_text, event, left_s, standing_of, status
from solversmith.records.run import (
    CallRecord,
    CandidateRecord,
    ProposalRecord,
    RoundRecord,
    SelectionRecord,
    TestRecord,
)
from solversmith.records.verdict import Verdict


def candidate(number: int, verdict: Verdict, loss: float | None, failed: int = 0) -> CandidateRecord:
    return CandidateRecord(f"c{number:04d}", f"p{number:04d}", number, 0, 2, None, verdict, loss, failed)


def round_(verdict: Verdict) -> RoundRecord:
    return RoundRecord("p0001", 0, "draft", None, verdict, None, 1, (), "", "")


def call(kind: str, **more: object) -> CallRecord:
    return CallRecord("p0000.r0.s0", kind, "p0000", 0, 0, "request", 1, **more)


def test_candidates_are_counted_and_the_best_is_kept() -> None:
    records = [
        ProposalRecord("p0000", 0, "program", "draft", "draft", (), (), "", "writer", None, 4, {}, 0),
        candidate(0, Verdict.TIME_LIMIT, 0.1, failed=1),
        candidate(1, Verdict.OK, 0.5),
        candidate(2, Verdict.OK, 0.7),
        candidate(3, Verdict.INTERNAL_ERROR, None, failed=1),
    ]
    standing = standing_of(records, wanted=8)
    assert (standing.started, standing.done, standing.valid) == (1, 3, 2)
    assert (standing.best_id, standing.best_loss) == ("c0001", 0.5)


def test_a_call_is_charged_when_it_is_over_and_one_in_doubt_at_its_most() -> None:
    records = [
        call("started", most_tokens=100, most_usd=1.0),
        call("failed"),
        call("in_doubt", most_tokens=100, most_usd=1.0),
        call("completed", input_tokens=30, output_tokens=4, cost_usd=0.25),
    ]
    standing = standing_of(records, wanted=1)
    assert (standing.calls, standing.tokens, standing.usd) == (1, 134, 1.25)


@pytest.mark.parametrize(
    ("records", "money"),
    [
        ([call("completed", input_tokens=30, cost_usd=0.0)], "30 tokens, 0 USD"),
        ([call("failed")], "0 tokens, 0 USD"),
        ([call("completed", input_tokens=30)], "30 tokens, price unknown"),
        ([call("in_doubt", most_tokens=70)], "70 tokens, price unknown"),
        ([call("failed", most_tokens=70), call("completed", cost_usd=1.0)], "70 tokens, price unknown"),
    ],
)
def test_an_unknown_price_is_no_zero(records: list[CallRecord], money: str) -> None:
    shown = status(standing_of(records, wanted=1), 0.0, None).split(" · ")
    assert set(money.split(", ")) <= set(shown)


def test_a_narrow_terminal_keeps_best_loss_cost_and_time() -> None:
    standing = Standing(20, done=12, best_id="c0000", best_key=(0, 1.5e-5), tokens=123456, usd=0.01234)
    assert status(standing, 725, 180)[:60].startswith(
        "best loss 1.500e-05 · 0.01234 USD · 12:05, about 3:00 left"
    )


def test_only_the_last_verdicts_are_kept() -> None:
    standing = standing_of([round_(Verdict.CRASH)] + [round_(Verdict.OK)] * RECENT, wanted=1)
    assert standing.recent == (Verdict.OK,) * RECENT


def test_the_status_says_all_that_a_watcher_asks() -> None:
    standing = Standing(
        8, done=3, best_id="c0001", best_key=(0, 0.0123), recent=(Verdict.CRASH, Verdict.OK), tokens=12345
    )
    text = status(standing, 65.0, 130.0)
    for part in (
        "3/8 candidates",
        "crash ok",
        "best loss 0.0123",
        "12,345 tokens",
        "1:05",
        "about 2:10 left",
    ):
        assert part in text
    assert "none yet" in status(Standing(8), 0.0, None)


@pytest.mark.parametrize(
    ("elapsed_s", "done", "missing", "expected"),
    [(10.0, 2, 6, 30.0), (10.0, 0, 6, None), (10.0, 2, 0, None), (0.0, 1, 1, 0.0)],
)
def test_time_left_follows_from_what_this_process_has_done(
    elapsed_s: float, done: int, missing: int, expected: float | None
) -> None:
    assert left_s(elapsed_s, done, missing) == expected


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0:00"), (59.6, "1:00"), (725, "12:05"), (10800, "3:00:00")]
)
def test_a_clock_is_read_at_a_glance(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text


def test_what_is_news_and_what_is_not() -> None:
    assert event(round_(Verdict.OK)) is None
    assert event(call("started")) is None
    assert event(call("completed")) is None
    assert event(round_(Verdict.CRASH)) == "p0001 round 0 (draft): crash"
    assert "may have been charged: cut off" in str(event(call("in_doubt", error="cut off")))
    assert event(candidate(3, Verdict.OK, 0.5)) == "c0003 done after 2 rounds: ok, loss 0.5000"
    assert "c0003" in str(event(SelectionRecord("c0003", "8 candidates", "best dev loss")))
    assert event(TestRecord("c0003", Verdict.OK, 0.5, 0, 2, "")) == "c0003 on test: ok, loss 0.5000"
