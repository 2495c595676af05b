"""A run in one object: what counts, what was chosen, what it cost, how long it took."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from solversmith.floors import floor_of, stated_error
from solversmith.records import canonical_json
from solversmith.records.run import (
    CallRecord,
    CandidateRecord,
    Record,
    RoundRecord,
    SelectionRecord,
    SessionRecord,
    TestRecord,
)
from solversmith.records.verdict import Verdict
from solversmith.summary import Summary, as_object, summarised

OK, LATE, OURS = Verdict.OK, Verdict.TIME_LIMIT, Verdict.INTERNAL_ERROR
DETAILS = canonical_json({"cases": [{"metrics": {"error_floor": 1e-6}}, {"metrics": {"error_floor": 3e-6}}]})


def round_(number: int, round: int, verdict: Verdict, loss: float | None = None) -> RoundRecord:
    return RoundRecord(
        f"p{number:04d}", round, "draft", "sha", verdict, loss, int(verdict is not OK), (), "", "details"
    )


def candidate(number: int, verdict: Verdict, loss: float | None, failed: int = 0, round: int = 0) -> Record:
    proposal = f"p{number:04d}"
    return CandidateRecord(
        f"c{number:04d}", proposal, number, round, 1, f"program{number}", verdict, loss, failed
    )


def call(event: str, **more: Any) -> CallRecord:
    return CallRecord("p0000.r0.s0", event, "p0000", 0, 0, "request", 1, model="m", **more)


def summary(*records: Record, settings: Mapping[str, Any] | None = None) -> Summary:
    return summarised("run", settings or {}, records, {"details": DETAILS}.__getitem__)


def test_nothing_is_a_run_that_has_not_begun() -> None:
    empty = summary()
    assert (empty.candidates, empty.best, empty.finished, empty.wall_s) == (0, None, False, None)


def test_how_programs_were_executed_is_told_as_recorded() -> None:
    warm, both = {"level": "L3", "start": "warm"}, {"level": "L3", "start": "cold, warm"}
    alike = summary(
        SessionRecord({"changed": {"budget.calls": ["1", "2"]}}), replace(round_(0, 0, OK), measured=warm)
    )
    assert (alike.levels, alike.starts, alike.moved) == (("L3",), ("warm",), False)
    mixed = summary(
        SessionRecord({"changed": {"machine.cores": ["2", "4"]}}),
        replace(round_(0, 0, OK), measured=warm),
        TestRecord("c0000", OK, 0.1, 0, 1, "details", {**both, "level": "L2"}),
    )
    assert (mixed.levels, mixed.starts, mixed.moved) == (("L2", "L3"), ("cold", "warm"), True)
    assert as_object(mixed)["measured"]["starts"] == ["cold", "warm"]


def test_fewer_failed_cases_rank_before_a_lower_loss() -> None:
    found = summary(candidate(0, LATE, 0.1, failed=1), candidate(1, OK, 0.5), candidate(2, OK, 0.4))
    assert found.best is not None
    assert (found.best.id, found.valid) == ("c0002", 2)
    assert dict(found.verdicts) == {"ok": 2, "time_limit": 1}


def test_the_earliest_of_equal_candidates_is_best() -> None:
    found = summary(candidate(1, OK, 0.5), candidate(0, OK, 0.5))
    assert found.best is not None
    assert found.best.id == "c0000"


def test_a_fault_of_ours_is_no_candidate() -> None:
    found = summary(round_(0, 0, OURS), candidate(0, OURS, None, failed=1))
    assert (found.candidates, found.best, dict(found.verdicts), dict(found.events)) == (0, None, {}, {})


def test_repaired_means_failed_first_and_ok_in_the_end() -> None:
    records = [
        round_(0, 0, LATE),
        round_(0, 1, OK, 0.2),
        candidate(0, OK, 0.2, round=1),
        round_(1, 0, OK, 0.1),
        candidate(1, OK, 0.1),
        round_(2, 0, LATE),
        round_(2, 1, LATE),
        candidate(2, LATE, None, failed=1),
    ]
    assert summary(*records).repaired == ("c0000",)


@pytest.mark.parametrize(
    ("ending", "finished"),
    [
        ([], False),
        ([SelectionRecord("c0000", "8 candidates", "best dev loss")], False),
        (
            [
                SelectionRecord("c0000", "8 candidates", "best dev loss"),
                TestRecord("c0000", OK, 0.3, 0, 2, "details"),
            ],
            True,
        ),
        ([SelectionRecord(None, "8 candidates", "best dev loss")], True),
    ],
)
def test_a_run_is_over_when_what_was_chosen_has_its_test_score(ending: list[Record], finished: bool) -> None:
    assert summary(candidate(0, OK, 0.2), *ending).finished is finished


def test_a_loss_carries_the_error_of_what_it_was_measured_against() -> None:
    test = TestRecord("c0000", OK, 0.3, 0, 2, "details")
    chosen = SelectionRecord("c0000", "", "")
    found = summary(round_(0, 0, OK, 0.2), candidate(0, OK, 0.2), chosen, test)
    assert found.selected is not None
    assert found.test is not None
    assert found.selected.floor == found.test.floor == pytest.approx(2e-6)


def test_time_between_sessions_does_not_count() -> None:
    def at(seconds: float) -> dict[str, float]:
        return {"at_s": seconds}

    records = [
        SessionRecord(at(100.0)),
        call("started", measured=at(101.0)),
        SessionRecord(at(1000.0)),
        call("completed", measured=at(1004.0)),
    ]
    assert summary(*records).wall_s == pytest.approx(1.0 + 4.0)


def test_as_an_object_an_unknown_price_is_no_amount_and_everything_is_json() -> None:
    priced = as_object(summary(call("started"), call("completed", input_tokens=7, cost_usd=0.25)))
    unpriced = as_object(summary(call("started"), call("completed", input_tokens=7)))
    assert (priced["ledger"]["usd"], unpriced["ledger"]["usd"]) == (0.25, None)
    assert unpriced["ledger"]["models"]["m"]["input_tokens"] == 7
    json.dumps(priced, allow_nan=False)


@pytest.mark.parametrize(
    ("metrics", "floor"),
    [
        ([], None),
        ([{}], None),
        ([{"error_floor": 2.0}, {}], 2.0),
        ([{"error_floor": 1}, {"error_floor": 2}], 1.5),
    ],
)
def test_the_floor_is_the_mean_over_the_cases_that_state_one(
    metrics: list[dict[str, float]], floor: float | None
) -> None:
    assert floor_of(metrics) == floor


@pytest.mark.parametrize(
    ("reference", "error"),
    [({"error": 1e-9}, 1e-9), ({"estimate": 1e-6}, 1e-6), ({}, None), ({"error": "?"}, None)],
)
def test_a_reference_states_its_error(reference: dict[str, Any], error: float | None) -> None:
    assert stated_error(reference) == error
