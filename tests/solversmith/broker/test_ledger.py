"""What is charged, and to whom."""

from __future__ import annotations

import pytest

from solversmith.broker.ledger import Totals, add, ledger_of
from solversmith.records.run import CallRecord


def call(event: str, attempt: int = 1, **values: object) -> CallRecord:
    return CallRecord("p0.r0.s0", event, "p0", 0, 0, "0" * 64, attempt, **values)  # type: ignore[arg-type]


JOURNAL = [
    call("started", 1, most_usd=2.0, most_tokens=200, model="openai:a"),
    call("failed", 1, model="openai:a", error="429"),
    call("started", 2, most_usd=2.0, most_tokens=200, model="openai:a"),
    call("in_doubt", 2, most_usd=2.0, most_tokens=200, model="openai:a"),
    call("started", 3, most_usd=1.0, most_tokens=100, model="openai:a"),
    call("failed", 3, most_usd=1.0, most_tokens=100, model="openai:a", error="garbage"),
    call("started", 4, most_usd=1.0, most_tokens=100, model="openai:a"),
    call("completed", 4, model="a-2026", cost_usd=0.25, input_tokens=30, output_tokens=20, cached_tokens=8),
]


def test_totals() -> None:
    total = ledger_of(JOURNAL).total
    assert total == Totals(
        tries=4,
        completed=1,
        failed=2,
        in_doubt=1,
        charged=3,
        input_tokens=30,
        output_tokens=20,
        cached_tokens=8,
        in_doubt_tokens=300,
        usd=3.25,
        in_doubt_usd=3.0,
    )
    assert (total.tokens, total.under_way) == (350, 0)


def test_models_go_by_the_name_that_was_asked_for() -> None:
    assert [name for name, _ in ledger_of(JOURNAL).models] == ["openai:a"]


def test_a_call_under_way_is_shown_and_not_yet_charged() -> None:
    total = ledger_of(JOURNAL[:1]).total
    assert (total.under_way, total.charged, total.usd) == (1, 0, 0.0)


def test_unknown_prices_are_counted() -> None:
    assert ledger_of([call("started"), call("completed")]).total.unpriced == 1


def test_no_other_events() -> None:
    with pytest.raises(ValueError, match="'lost'"):
        add(Totals(), call("lost"))
