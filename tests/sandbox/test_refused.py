"""Where the machine refuses what isolation is made of: the right level, or a clear refusal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent


def probes(report: dict[str, Any]) -> dict[str, Any]:
    return {probe["name"]: probe for probe in report["doctor"]["probes"]}


def test_without_namespaces_a_plain_user_lands_on_l2(plain_user: Any) -> None:
    done = plain_user.run("refusing.py", "namespaces", "report.py", "auto", "L3", "L2")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["opened"]["auto"] == "L2"
    assert report["opened"]["L2"] == "L2"
    assert "namespace" in report["opened"]["L3"]
    assert "to do:" in report["opened"]["L3"]
    assert report["doctor"]["level"] == "L2"
    assert not probes(report)["user namespace"]["ok"]
    assert not probes(report)["L3"]["ok"]
    assert probes(report)["L2"]["ok"]
    assert report["doctor"]["imports"]["numpy"][0].isdigit()


def test_without_landlock_too_nothing_runs_unless_asked_for(plain_user: Any) -> None:
    done = plain_user.run("refusing.py", "everything", "report.py", "auto", "L2", "L1")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert "a program could read a file beside it" in report["opened"]["auto"]
    assert "L2" in report["opened"]["L2"]
    assert "--unsafe-exec" in report["opened"]["L1"]
    assert report["opened"]["unsafe"] == "L1"
    assert report["doctor"]["level"] == "L0"
    assert not probes(report)["Landlock"]["ok"]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs uid 0")
def test_without_namespaces_root_gets_l2_or_is_told_what_to_do() -> None:
    command = [sys.executable, str(HERE / "refusing.py"), "namespaces", str(HERE / "report.py"), "auto"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    opened = json.loads(done.stdout)["opened"]["auto"]
    assert opened == "L2" or ("an unprivileged user can't read" in opened and "run as an ordinary" in opened)
