"""An earlier run's completions, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from solversmith import models
from solversmith.broker import Broker
from solversmith.contract.model import FREE, Completion, Message, Price, Request, TokenUsage
from solversmith.errors import BadData, MissingPrerequisite, UsageError
from solversmith.store import RunDirectory

REQUEST = Request((Message("user", "hello"),), 100, sample=2)
ANSWER = Completion("answer", "model-1", "length", TokenUsage(7, 3, 2, 1), "thought")


class Once:
    name, price = "once", Price(1.0, 1.0)

    def complete(self, request: Request, key: str) -> Completion:
        return ANSWER


@pytest.fixture
def run(tmp_path: Path) -> Path:
    with RunDirectory.open(tmp_path / "runs" / "old", {}) as store:
        Broker(store, {"writer": Once()}).complete("p0002", 0, 0, REQUEST)
    return store.path


def test_a_recorded_request_is_answered(run: Path) -> None:
    model = models.build(f"replay:{run}")
    assert model.complete(REQUEST, "k") == ANSWER
    assert model.price == FREE


def test_a_run_is_found_by_its_name(run: Path) -> None:
    assert models.build("replay:old", {"runs": run.parent}).complete(REQUEST, "k") == ANSWER


def test_another_request_is_not(run: Path) -> None:
    model = models.build(f"replay:{run}")
    with pytest.raises(MissingPrerequisite, match=r"no answer to the request .* \(sample 3,"):
        model.complete(Request(REQUEST.messages, 100, sample=3), "k")


def test_no_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="replay:RUN"):
        models.build("replay")
    with pytest.raises(BadData, match="there is no run in"):
        models.build(f"replay:{tmp_path / 'none'}")
