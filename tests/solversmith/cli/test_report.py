"""Lines about a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solversmith.broker.ledger import Ledger
from solversmith.cli.report import on_test_line
from solversmith.records.verdict import Verdict
from solversmith.summary import Result, Summary

SETTINGS = {"environment": {"reference": {"estimate": 1e-6}}}


def summary(dev: float, test: float | None, floor: float | None = None) -> Summary:
    chosen = Result("c0003", Verdict.OK, dev, 0, floor=floor)
    tested = () if test is None else (replace(chosen, loss=test),)
    return Summary("run", SETTINGS, 1, 1, {"ok": 1}, (), chosen, chosen, "1 candidates", tested, Ledger())


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (summary(0.02, 0.025), "test: c0003 ok, loss 0.0250, 1.2 times the dev loss (scored once"),
        (summary(0.02, 0.08), "loss 0.0800, 4 times the dev loss (WARNING: more than 3 times) (scored once"),
        (summary(1e-9, 1e-8), "loss <= 1.000e-06, 1 times the dev loss (scored once"),
        (summary(2e-5, 3e-5, 1e-4), "loss <= 1.000e-04, 1 times the dev loss (scored once"),
        (summary(0.02, None), "test: not scored yet"),
    ],
)
def test_the_test_loss_stands_beside_the_gap_and_never_below_its_floor(found: Summary, line: str) -> None:
    assert line in on_test_line(found)
