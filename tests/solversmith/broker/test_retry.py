"""Waits, and how a call that can't be had ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.broker.retry import Retry, final_error
from solversmith.errors import (
    CallFailed,
    CallInDoubt,
    MissingPrerequisite,
    ServerUnreachable,
    UsageError,
)

LATER = CallFailed("later", retry=True)


@given(st.text(max_size=12), st.integers(1, 1000))
def test_waits_grow_to_a_limit_and_are_always_the_same(call: str, failures: int) -> None:
    retry = Retry(first_s=1, most_s=60)
    full = min(60, 2 ** (failures - 1))
    assert full / 2 <= retry.wait_s(call, failures, LATER) <= full
    assert retry.wait_s(call, failures, LATER) == retry.wait_s(call, failures, LATER)


def test_calls_that_failed_together_come_back_apart() -> None:
    assert len({Retry().wait_s(f"p{n:04d}.r0.s0", 3, LATER) for n in range(50)}) == 50


@pytest.mark.parametrize(("told", "waits"), [(0.0, 0.0), (7.5, 7.5), (1e9, 120.0), (-1.0, 0.0)])
def test_the_server_is_obeyed_up_to_a_limit(told: float, waits: float) -> None:
    assert Retry().wait_s("a", 1, CallFailed("later", retry=True, retry_after_s=told)) == waits


def test_when_it_is_over() -> None:
    retry = Retry(tries=4, first_tries=2)
    assert [retry.is_over([LATER] * n, reached=True) for n in (1, 3, 4)] == [False, False, True]
    assert [retry.is_over([LATER] * n, reached=False) for n in (1, 2)] == [False, True]
    assert Retry(tries=1).is_over([LATER], reached=False)
    assert retry.is_over([CallFailed("never", retry=False)], reached=True)


def test_at_least_one_try() -> None:
    with pytest.raises(UsageError):
        Retry(tries=0)


def test_how_it_ends() -> None:
    unsent = CallFailed("no server answers at http://x", retry=True, sent=False)
    doubt = CallInDoubt("broke off", retry=True)
    unreachable = final_error("m", [unsent, unsent])
    assert isinstance(unreachable, ServerUnreachable)
    assert "http://x" in str(unreachable)
    assert "2 times" in str(unreachable)
    tired = final_error("m", [unsent, LATER, doubt])
    assert type(tired) is MissingPrerequisite
    assert "'m' gave no answer in 3 tries; last: broke off" in str(tired)
    assert isinstance(final_error("m", [LATER, CallFailed("bad", retry=False, usage=True)]), UsageError)
    assert type(final_error("m", [CallFailed("key", retry=False)])) is MissingPrerequisite
