"""Where the machine refuses what isolation is made of: the right level, or a clear refusal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent


def probes(report: dict[str, Any]) -> dict[str, Any]:
    return {probe["name"]: probe for probe in report["doctor"]["probes"]}


def test_without_namespaces_a_plain_user_lands_on_l2(plain_user: Any) -> None:
    done = plain_user.run("refusing.py", "namespaces", "report.py", "auto", "L3", "doctor")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["auto"] == "L2"
    assert "namespace" in report["L3"]
    assert "to do:" in report["L3"]
    assert report["doctor"]["level"] == "L2"
    assert not probes(report)["user namespace"]["ok"]
    assert not probes(report)["L3"]["ok"]
    assert probes(report)["L2"]["ok"]
    assert report["doctor"]["imports"]["numpy"][0].isdigit()
    assert {entry["for"] for entry in report["doctor"]["to_raise"]} >= {"user namespace"}
    assert "docker run --security-opt seccomp=unconfined" in probes(report)["user namespace"]["remedy"]
    assert report["doctor"]["without"] == []


def test_without_landlock_alone_l3_is_told_to_be_without_it(plain_user: Any) -> None:
    done = plain_user.run("refusing.py", "landlock", "report.py", "auto", "L2", "doctor")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["auto"] == "L3"
    assert "a program could read a file beside it" in report["L2"]
    found = report["doctor"]
    assert found["level"] == "L3"
    assert found["without"] == ["Landlock"]
    assert not probes(report)["Landlock"]["ok"]
    assert "Linux 5.13" in probes(report)["Landlock"]["remedy"]
    assert any(text.startswith("Landlock, which this machine lacks") for text in found["not_given"])
    assert found["versions"]["landlock"] == 0


@pytest.mark.parametrize(
    ("what", "failing", "says"),
    [
        ("mounts", "mounts in it", "AppArmor restricts"),
        ("user-namespaces", "user namespace", "user.max_user_namespaces=15000"),
        ("network-namespaces", "network namespace", "user.max_net_namespaces=15000"),
    ],
)
def test_refusals_are_told_apart(what: str, failing: str, says: str, plain_user: Any) -> None:
    done = plain_user.run("refusing.py", what, "report.py", "mechanisms")
    assert done.returncode == 0, done.stderr
    found = {probe["name"]: probe for probe in json.loads(done.stdout)["mechanisms"]}
    assert not found[failing]["ok"]
    assert says in found[failing]["remedy"]
    assert found["user namespace"]["ok"] is (what != "user-namespaces")
    assert found["Landlock"]["ok"]


@pytest.mark.parametrize("who", ["this user", "plain user"])
def test_where_settings_are_read_only_l3_does_without_them(who: str, plain_user: Any) -> None:
    """A container's /proc: no fresh one can be mounted, nor the number of namespaces be set to none."""
    words = ("refusing.py", "settings", "report.py", "described")
    if who == "plain user":
        done = plain_user.run(*words)
    else:
        command = [sys.executable, "-B", *(str(HERE / word) if "." in word else word for word in words)]
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{sysconfig.get_path('purelib')}"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["described"]
    assert found["level"] == "L3"
    assert found["omitted"] == ["proc", "disable-userns"]
    assert found["backend"].startswith("own launcher")


def test_without_landlock_too_nothing_runs_unless_asked_for(plain_user: Any) -> None:
    done = plain_user.run("refusing.py", "everything", "report.py", "auto", "L1", "unsafe", "doctor")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert "a program could read a file beside it" in report["auto"]
    assert "--unsafe-exec" in report["L1"]
    assert report["unsafe"] == "L1"
    assert report["doctor"]["level"] == "L0"
    assert not probes(report)["Landlock"]["ok"]


@pytest.mark.parametrize("abi", [1, 3, 5])
def test_an_older_landlock_is_made_up_for_by_the_filter(abi: int, plain_user: Any) -> None:
    done = plain_user.run("older.py", str(abi))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["signals"]["stdout"].split() == ["1", "3"], found["signals"]
    assert found["pool"]["answer"] == [2.0, 4.0, 6.0]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs uid 0")
@pytest.mark.parametrize("python", ["system", "this"])
def test_without_namespaces_root_gets_l2_or_is_told_what_to_do(python: str) -> None:
    system = Path(f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}")
    system = system if system.exists() else Path(sys.executable)
    words = [str(HERE / "refusing.py"), "namespaces", str(HERE / "report.py"), "auto"]
    command = [str(system) if python == "system" else sys.executable, "-B", *words]
    search = f"{ROOT}:{sysconfig.get_path('purelib')}"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": search}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    opened = json.loads(done.stdout)["auto"]
    assert opened == "L2" or ("an unprivileged user can't read" in opened and "run as an ordinary" in opened)
