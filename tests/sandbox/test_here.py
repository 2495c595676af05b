"""Which sandbox a system gets."""

from __future__ import annotations

import platform
from typing import Any

import pytest

from sandbox import here
from sandbox.errors import IsolationUnavailable
from sandbox.local import LocalSandbox
from sandbox.spec import EndedBy


def test_linux_gets_the_one_that_isolates() -> None:
    with here.opened(packages=()) as opened:
        assert isinstance(opened, LocalSandbox)


@pytest.mark.parametrize(("isolation", "says"), [("auto", "--unsafe-exec runs"), ("L3", "no L3 here")])
def test_another_system_is_told_the_truth(isolation: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    with pytest.raises(IsolationUnavailable, match=says):
        here.opened(isolation, packages=())


def test_another_system_runs_programs_unprotected_if_that_is_wanted(
    make_job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    with here.opened(packages=(), unsafe_exec=True) as opened:
        assert opened.level == "L1"
        outcome = opened.run(make_job("def solver(u):\n    return [2 * x for x in u]"))
    assert (outcome.ended_by, outcome.level) == (EndedBy.RETURNED, "L1")
