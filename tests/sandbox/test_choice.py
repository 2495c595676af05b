"""Why no way, or not the first one, was taken."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sandbox import binary, choice
from sandbox.choice import Choice, Way
from sandbox.errors import IsolationUnavailable

MOUNT, SETTINGS, OTHER = (
    "mount proc: Operation not permitted",
    "sys: Read-only file system",
    "no bwrap of ours",
)
BWRAP = binary.Bwrap("/usr/bin/bwrap", "/usr/bin", ("bwrap",), "0.9.0", "00")


def chosen(monkeypatch: pytest.MonkeyPatch, launcher: str, holds: Way | None) -> Choice:
    """Where own ways fail for one reason with /proc and for another without, and bubblewrap for a third."""

    def tried(view: object, solver: object, way: Way) -> dict[str, Any] | str:
        if holds is not None and (way.way, way.omit) == (holds.way, holds.omit):
            return {}
        if way.way == "bubblewrap":
            return OTHER
        return SETTINGS if "proc" in way.omit else MOUNT

    monkeypatch.setattr(choice, "try_way", tried)
    monkeypatch.setattr(binary, "find", lambda: (BWRAP, []))
    nothing: Any = SimpleNamespace()
    return choice.choose("L3", False, nothing, nothing, launcher)


def test_the_first_and_the_last_failure_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    both = f"{MOUNT}; without net, proc, disable-userns: {SETTINGS}"
    with pytest.raises(IsolationUnavailable) as caught:
        chosen(monkeypatch, "auto", None)
    assert [(probe.name, probe.detail) for probe in caught.value.probes] == [("L3", f"{both}; {OTHER}")]
    assert both in str(caught.value)


def test_a_failure_that_stays_the_same_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(IsolationUnavailable) as caught:
        chosen(monkeypatch, "bubblewrap", None)
    assert [probe.detail for probe in caught.value.probes] == [OTHER]


def test_what_failed_before_a_way_held_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    found = chosen(monkeypatch, "auto", Way("L3", "own", ("proc", "disable-userns")))
    assert found.way.omit == ("proc", "disable-userns")
    told = [(probe.name, probe.ok, probe.detail) for probe in found.probes]
    assert told[0] == ("L3 by own", False, f"{MOUNT}; without net, proc: {SETTINGS}")
    assert told[1][:2] == ("L3", True)
    assert "without proc, disable-userns, which this machine refuses" in told[1][2]
