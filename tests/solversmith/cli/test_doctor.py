"""`doctor`: the page says what the probes say, and the exit code what follows from them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from solversmith import errors

Call = Callable[..., Any]
FOUND = {
    "level": "L2",
    "probes": [
        {"name": "Landlock", "ok": True, "detail": "version 7", "remedy": ""},
        {"name": "user namespace", "ok": False, "detail": "refused", "remedy": "ask the administrator"},
    ],
    "not_given": ["hidden metadata"],
    "interpreter": {"executable": "/usr/bin/python3", "version": "3.12.1"},
    "solver_environment": {"numpy": "2.0"},
    "versions": {"kernel": "6.1"},
}


def test_it_tells_the_truth_about_this_machine(call: Call) -> None:
    done = call("doctor", "--json")
    found = json.loads(done.out)
    assert done.code == (errors.DONE if found["level"] >= "L2" else errors.PREREQUISITE)
    assert found["probes"]
    assert all({"name", "ok", "detail"} <= probe.keys() for probe in found["probes"])
    assert found["versions"]["solversmith"]


@pytest.mark.parametrize(("level", "code"), [("L0", 3), ("L1", 3), ("L2", 0), ("L3", 0)])
def test_the_page_has_every_probe_with_its_remedy(
    level: str, code: int, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.doctor.examine", lambda packages: {**FOUND, "level": level})
    done = call("doctor")
    assert done.code == code
    for text in (
        f"isolation level: {level}",
        "[ok] Landlock: version 7",
        "[--] user namespace: refused",
        "to get it: ask the administrator",
        "hidden metadata",
        "/usr/bin/python3, Python 3.12.1",
        "numpy 2.0",
        "kernel 6.1",
    ):
        assert text in done.out
    assert ("--unsafe-exec" in done.err) is (code == 3)
