"""When a search is over."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from types import SimpleNamespace
from typing import Any

import pytest
from toy import NOTHING_SPENT

from solversmith.contract import Spent, StopCriterion
from solversmith.errors import UsageError
from solversmith.records import ProposalRecord
from solversmith.stop import (
    Calls,
    Candidates,
    CpuTime,
    NoImprovement,
    TargetLoss,
    Tokens,
    Usd,
    WallTime,
    any_of,
    is_budget,
)


def history(
    losses: list[float | None] = [],  # noqa: B006 - never changed
    proposals: str = "",
    faulted: tuple[str, ...] = (),
) -> Any:
    whats = {"p": "program", "t": "text", "s": "seed"}
    events = [
        ProposalRecord(f"p{k}", k, whats[letter], "draft", "draft", (), (), "0", "writer", None, 0, {}, 0)
        for k, letter in enumerate(proposals)
    ]
    return SimpleNamespace(
        candidates=[SimpleNamespace(failed=loss is None, loss=loss, error_floor=None) for loss in losses],
        fold=lambda step, start: reduce(step, events, start),
        faulted=frozenset(faulted),
    )


@pytest.mark.parametrize(
    ("criterion", "before", "at"),
    [
        (Calls(3), Spent(calls=2), Spent(calls=3)),
        (Tokens(10), Spent(tokens=9), Spent(tokens=10)),
        (Usd(0.5), Spent(usd=0.49), Spent(usd=0.5)),
        (CpuTime(60), Spent(cpu_s=59), Spent(cpu_s=60)),
        (WallTime(60), Spent(wall_s=59), Spent(wall_s=61)),
    ],
)
def test_what_is_spent(criterion: StopCriterion, before: Spent, at: Spent) -> None:
    assert isinstance(criterion, StopCriterion)
    assert criterion(history(), before) is None
    reason = criterion(history(), at)
    assert reason is not None
    assert is_budget(reason)


def test_what_no_budget_would_put_off_is_none() -> None:
    for criterion in (Candidates(1), TargetLoss(0.5), NoImprovement(1)):
        reason = criterion(history([0.5, 0.5], "pp"), NOTHING_SPENT)
        assert reason is not None
        assert not is_budget(reason)


def test_candidates_counts_proposals_of_programs() -> None:
    assert Candidates(2)(history([0.5, 0.5, 0.5], "pt"), NOTHING_SPENT) is None
    assert Candidates(2)(history([], "pts"), NOTHING_SPENT) == "2 candidates"
    assert Candidates(2)(history([], "pts", ("p2",)), NOTHING_SPENT) is None
    assert Candidates(2)(history([], "ptsp", ("p1", "p2")), NOTHING_SPENT) == "2 candidates"


def test_target_loss_needs_a_candidate_without_a_failed_case() -> None:
    assert TargetLoss(0.1)(history([0.2, None]), NOTHING_SPENT) is None
    assert TargetLoss(0.1)(history([0.2, 0.1]), NOTHING_SPENT)
    partly = history([0.05])
    partly.candidates[0].failed = 1
    assert TargetLoss(0.1)(partly, NOTHING_SPENT) is None


@pytest.mark.parametrize(
    ("losses", "stops"),
    [
        ([], False),
        ([1.0, 0.5], False),
        ([0.5, 1.0, None], True),
        ([0.5, 0.5, 0.4], False),
        ([None, None], False),
        ([None, None, None], True),
        ([0.5, 0.5, 0.5], True),
    ],
)
def test_no_improvement_counts_since_the_best(losses: list[float | None], stops: bool) -> None:
    assert bool(NoImprovement(2)(history(losses), NOTHING_SPENT)) is stops


def test_the_first_of_several_gives_the_reason() -> None:
    both = any_of(None, Calls(1), Tokens(1))
    assert both(history(), NOTHING_SPENT) is None
    assert both(history(), Spent(tokens=1)) == "budget of 1 tokens"
    assert both(history(), Spent(calls=1, tokens=1)) == "budget of 1 calls"
    assert any_of()(history(), Spent(calls=10**9)) is None


@pytest.mark.parametrize("make", [Calls, Candidates, CpuTime, NoImprovement, Tokens, Usd, WallTime])
@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_a_limit_that_makes_no_sense_is_refused(make: Callable[[Any], object], value: float) -> None:
    with pytest.raises(UsageError, match="must be positive"):
        make(value)


def test_a_target_that_is_no_number_is_refused() -> None:
    with pytest.raises(UsageError, match="finite"):
        TargetLoss(float("nan"))
