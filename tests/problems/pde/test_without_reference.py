"""A run that is guided by signals alone: dev references are not even solved, and test is scored as ever."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import codepde.problem
from codepde.batch import Batch
from codepde.family import Family
from codepde.references.reference import Reference
from codepde.solutions import references
from solversmith.cli.main import main
from solversmith.records.run import CandidateRecord, RoundRecord, SelectionRecord
from solversmith.store import RunDirectory


def test_no_reference_of_dev_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def watched(family: Family, batch: Batch, *rest: Any) -> Sequence[Reference]:
        asked.append(batch.origin)
        return references(family, batch, *rest)

    monkeypatch.setattr(codepde.problem, "references", watched)
    options = ["--samples", "1", "-n", "2", "--debug-rounds", "1", "--seed", "3", "--no-humans", "--warm"]
    where = ["--dir", str(tmp_path), "--name", "alone", "--cache", str(tmp_path / "cache")]
    assert main(["run", "advection", *options, "--feedback", "self", *where]) == 0
    assert asked
    assert all(origin.endswith("/test") for origin in asked)

    with RunDirectory.read(tmp_path / "alone") as store:
        records = list(store.records())
        told = [store.text(r.feedback) for r in records if isinstance(r, RoundRecord) and r.verdict == "ok"]
    assert told
    assert all("No reference was used" in text and "nRMSE" not in text for text in told)
    (selection,) = (record for record in records if isinstance(record, SelectionRecord))
    assert selection.rule == "best dev signals"
    chosen = next(r for r in records if isinstance(r, CandidateRecord) and r.id == selection.candidate)
    summary = json.loads((tmp_path / "alone" / "summary.json").read_text())
    assert summary["selected"]["loss"] == chosen.loss
    assert summary["test"]["loss"] != chosen.loss
    assert summary["gap"] is None
    assert summary["test"]["beside"]["warm"]["verdict"] == "ok"
