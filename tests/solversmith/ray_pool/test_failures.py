"""Exceptions between processes: they say the same, are handled alike, and know where they were raised."""

from __future__ import annotations

import pickle

import pytest

from solversmith import errors
from solversmith.ray_pool.failures import portable


class Odd(Exception):
    """Can be made, but not made again."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (errors.UnknownName("problem", "tps", ["tsp"]), errors.UsageError),
        (errors.BadData("is empty", "some.txt", 3), errors.MissingPrerequisite),
        (errors.BudgetExhausted("budget of 3 calls"), errors.BudgetExhausted),
        (errors.SharedBudgetExhausted("budget of 3 calls"), errors.SharedBudgetExhausted),
        (errors.RequestRefused("too long"), errors.RequestRefused),
        (ZeroDivisionError("oh"), ZeroDivisionError),
        (KeyboardInterrupt(), KeyboardInterrupt),
        (Odd(1, 2), errors.InternalFault),
    ],
)
def test_an_error_crosses(error: BaseException, kind: type[BaseException]) -> None:
    try:
        raise error
    except BaseException as raised:  # noqa: BLE001 - whatever is tested
        crossed = pickle.loads(pickle.dumps(portable(raised)))  # noqa: S301 - our own bytes
    assert isinstance(crossed, kind)
    assert str(error) in str(crossed)
    if isinstance(crossed, errors.SolversmithError):
        assert crossed.exit_code == getattr(error, "exit_code", errors.FAULT)
    if isinstance(crossed, Exception):
        assert "test_failures.py" in crossed.__notes__[-1]
