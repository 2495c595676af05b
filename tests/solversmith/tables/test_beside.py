"""Lines about what was measured beside a loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from solversmith.records.score import CaseScore
from solversmith.records.verdict import Verdict
from solversmith.tables.beside import beside_lines

ERRORS = [[128, 0.04], [256, None], [512, 0.0025]]


@pytest.mark.parametrize(
    ("metrics", "measured", "line"),
    [
        (
            {"order": 2.0, "order_note": "", "order_errors": ERRORS},
            {},
            "order of convergence 2.00 (errors by points 128: 0.04, 256: failed, 512: 0.0025)",
        ),
        (
            {"order": None, "order_note": "saturated"},
            {},
            "order of convergence none to be seen: errors are at",
        ),
        ({"order": None, "order_note": "incomplete"}, {}, "order of convergence none: too few"),
        (
            {"order": None, "order_note": "internal_error"},
            {},
            "order of convergence not known, by a fault of ours",
        ),
        ({}, {"order_fault": "points=256: no\nslot"}, "internal error on points=256: no slot"),
        ({"l1": 0.012345}, {}, "error in the 1-norm 0.01235"),
        (
            {"l1": 0.01, "l1_estimate": 0.0042},
            {},
            "error in the 1-norm 0.01 (the reference's own at most 0.0042)",
        ),
        (
            {"warm": {"verdict": "ok", "loss": 0.0125}},
            {"time_warm_s": 0.5},
            "second call, on other samples: 0.500 s, loss 0.0125",
        ),
        (
            {"warm": {"verdict": "ok", "loss": 0.35}},
            {"time_warm_s": 0.5},
            "second call, on other samples: 0.500 s, loss 0.35 (WARNING: more than 3 times the first call's)",
        ),
        ({"warm": {"verdict": "time_limit", "loss": None}}, {}, "second call: time_limit"),
        (
            {"signals": {"shift": 0.25, "restart": 0.75}, "combined_signal": 0.5},
            {},
            "signals without reference: 0.5 (shift 0.25, restart 0.75)",
        ),
    ],
)
def test_each_is_one_line(metrics: Mapping[str, Any], measured: Mapping[str, Any], line: str) -> None:
    (found,) = beside_lines(CaseScore("case", Verdict.OK, 0.1, metrics, measured=measured))
    assert found.startswith(line)


def test_what_was_not_asked_for_is_not_there() -> None:
    assert beside_lines(CaseScore("case", Verdict.OK, 0.1, {"nrmse": 0.1})) == []
