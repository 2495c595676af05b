"""`doctor`: the page says what the probes say, and the exit code what follows from them."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from solversmith import errors
from solversmith.cli import cluster
from solversmith.cli.doctor_page import page

Call = Callable[..., Any]
FOUND = {
    "level": "L2",
    "backend": "Landlock + seccomp",
    "probes": [
        {"name": "Landlock", "ok": True, "detail": "version 7", "remedy": ""},
        {"name": "user namespace", "ok": False, "detail": "refused", "remedy": "ask the administrator"},
    ],
    "to_raise": [{"for": "user namespace", "remedy": "ask the administrator:\n$ sudo sysctl -w x=1"}],
    "timing": [
        {"name": "swap", "ok": False, "detail": "on", "remedy": "sudo swapoff -a"},
        {"name": "turbo", "ok": None, "detail": "hidden", "remedy": ""},
    ],
    "threads": {"cores": 2, "of": 4, "environment": {"OMP_NUM_THREADS": "1"}},
    "start": {"kind": "warm", "first_instruction_s": 0.03},
    "memory": {"kind": "poller", "detail": "looked at " + "now and then " * 20},
    "gvisor": {"inside": None, "how": "no log", "runsc": "", "usable": False, "detail": "none"},
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
        f"isolation level: {level}, Landlock + seccomp",
        "  ok  Landlock        version 7",
        "  --  user namespace  refused",
        "  user namespace: ask the administrator:\n      sudo sysctl -w x=1\n",
        f"NOT GIVEN AT {level}\n  -  hidden metadata\n",
        "  --  swap   on\n      sudo swapoff -a\n",
        "  ??  turbo  not known: hidden\n",
        "/usr/bin/python3\n",
        "3.12.1\n",
        "numpy 2.0\n",
        "warm; first instruction after 0.030 s",
        "2 of 4 may be used",
        "OMP_NUM_THREADS",
        "kernel 6.1",
    ):
        assert text in done.out
    assert all(len(line) <= 100 and line == line.rstrip() for line in done.out.splitlines())
    assert ("yes: at this level a program can start jobs" in done.out) is (code == 3)
    assert ("--unsafe-exec" in done.err) is (code == 3)


def test_a_system_that_tells_nothing_of_timings_is_told_in_one_line() -> None:
    timing = [{"name": name, "ok": None, "detail": "no /proc", "remedy": ""} for name in ("swap", "load")]
    lines = page({"level": "L0", "timing": timing})
    assert lines[0] == "isolation level: L0, programs can't be confined here"
    where = lines.index("WHAT SPOILS TIMINGS")
    assert lines[where + 1].startswith("  ??  not known")
    assert len(lines) == where + 2


def test_what_the_level_is_without_is_said_first() -> None:
    assert page({"level": "L3", "backend": "namespaces", "without": ["Landlock"]})[0].endswith(
        "L3, namespaces; here without Landlock"
    )


def test_in_gvisor_it_says_how_to_claim_it() -> None:
    found = {"inside": True, "how": "the log", "runsc": "", "usable": False, "detail": "none"}
    assert any("--isolation external" in line for line in page({"level": "L1", "gvisor": found}))


@pytest.mark.parametrize("confined", [True, False])
def test_ray_is_told_without_importing_it(confined: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "10.0.0.1:6379")
    with socket.socket() as head:
        head.bind(("127.0.0.1", 0))
        head.listen()
        monkeypatch.setitem(cluster.PORTS, "dashboard and jobs", head.getsockname()[1])
        monkeypatch.setitem(cluster.PORTS, "GCS", free_port())
        found = cluster.facts(confined)
    assert found["address"] == "10.0.0.1:6379"
    assert found["reachable"] is not confined
    assert "dashboard and jobs" in found["open"]
    assert "GCS" not in found["open"]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
