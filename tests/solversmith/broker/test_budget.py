"""Nothing is sent that could go over a budget; what is not used comes back."""

from __future__ import annotations

import threading

import pytest

from solversmith.broker.budget import Account, Budget, Shared
from solversmith.broker.requests import Most
from solversmith.contract.running import Spent
from solversmith.errors import BudgetExhausted, UsageError


def test_what_fits_is_set_aside_and_given_back() -> None:
    account = Account(Budget(calls=10, tokens=100, usd=1.0), lambda: Spent(calls=3, tokens=30, usd=0.3))
    most = Most(60, 0.6)
    account.reserve(most)
    assert account.set_aside() == (1, 60, 0.6)
    account.release(most)
    assert account.set_aside() == (0, 0, 0.0)


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        (Budget(calls=3), "budget of 3 calls"),
        (Budget(tokens=89), r"89 tokens \(30 used, the next call may need 60\)"),
        (Budget(usd=0.85), r"0.85 USD \(0.3000 used, the next call may cost 0.6000\)"),
        (Budget(wall_s=5), "budget of 5 s"),
        (Budget(calls=0), "0 calls"),
    ],
)
def test_what_does_not_fit_is_refused(budget: Budget, words: str) -> None:
    account = Account(budget, lambda: Spent(calls=3, tokens=30, usd=0.3, wall_s=5.0))
    with pytest.raises(BudgetExhausted, match=words):
        account.reserve(Most(60, 0.6))
    assert account.set_aside() == (0, 0, 0.0)


def test_what_exactly_fits_is_allowed() -> None:
    account = Account(Budget(calls=4, tokens=90, usd=0.3), lambda: Spent(3, 30, 0.1 + 0.1))
    account.reserve(Most(60, 0.1))


def test_a_call_waits_for_what_others_may_give_back() -> None:
    spent = [Spent()]
    account = Account(Budget(tokens=100), lambda: spent[0])
    account.reserve(Most(70, None))
    got_it = threading.Event()

    def second() -> None:
        account.reserve(Most(70, None))
        got_it.set()

    thread = threading.Thread(target=second)
    thread.start()
    assert not got_it.wait(0.1)
    spent[0] = Spent(tokens=20)
    account.release(Most(70, None))
    assert got_it.wait(10)
    thread.join()
    assert account.set_aside() == (1, 70, 0.0)


def test_waiting_ends_when_nothing_can_come_back() -> None:
    spent = [Spent()]
    account = Account(Budget(tokens=100), lambda: spent[0])
    account.reserve(Most(70, None))
    errors: list[BudgetExhausted] = []

    def second() -> None:
        try:
            account.reserve(Most(70, None))
        except BudgetExhausted as error:
            errors.append(error)

    thread = threading.Thread(target=second)
    thread.start()
    spent[0] = Spent(tokens=60)
    account.release(Most(70, None))
    thread.join(10)
    assert len(errors) == 1


@pytest.mark.parametrize("value", [-1, float("nan")])
def test_a_budget_is_a_number_from_zero(value: float) -> None:
    with pytest.raises(UsageError, match="budget of usd"):
        Budget(usd=value)


def test_a_run_that_is_over_leaves_what_it_has_spent_and_nothing_else() -> None:
    shared = Shared(Budget(calls=10))
    shared.settle("a", Spent(calls=1, usd=0.5, wall_s=7))  # of an earlier session, until it is opened
    shared.join(lambda: Spent(calls=2, usd=1.0, wall_s=3), "a")
    shared.join(lambda: Spent(calls=4), "b")
    assert shared.spent() == Spent(calls=6, usd=1.0, wall_s=3)
    shared.settle("a", Spent(calls=3, usd=1.5, wall_s=4))
    assert shared.spent() == Spent(calls=7, usd=1.5, wall_s=4)
    assert list(shared._runs) == ["b"]
