"""gVisor is found out by use: the log of the kernel we run on, and a runsc that runs something."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from sandbox import gvisor

STARTS = b"<6>[   0.000000] Starting gVisor...\n<6>[   0.406067] Conjuring /dev/null black hole...\n"


def refusing() -> bytes:
    raise OSError(errno.EPERM, "Operation not permitted")


def test_the_kernel_tells_whether_it_is_gvisor() -> None:
    assert gvisor.told(lambda: STARTS)[0] is True
    assert gvisor.told(lambda: b"<5>[    0.000000] Linux version 6.1.0\n")[0] is False
    inside, how = gvisor.told(refusing)
    assert inside is None
    assert "can't be read: Operation not permitted" in how


def script(folder: Path, text: str) -> None:
    file = folder / "runsc"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


@pytest.mark.parametrize(
    ("text", "usable", "says"),
    [
        ('test "$5 $6" = "do true"', True, "ran `true`"),
        ("echo starting sandbox: no >&2; exit 128", False, "starting sandbox: no"),
        ("exit 3", False, "exit code 3"),
    ],
)
def test_a_runsc_counts_if_it_runs_something(
    text: str, usable: bool, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tmp_path, text)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    found = gvisor.find()
    assert found.runsc == str(tmp_path / "runsc")
    assert found.usable is usable
    assert says in found.detail
    json.dumps(found.to_json())


def test_one_that_hangs_is_given_up(tmp_path: Path) -> None:
    script(tmp_path, "exec sleep 60")
    assert "timed out" in gvisor.tried(str(tmp_path / "runsc"), timeout_s=0.2)


def test_without_runsc_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = gvisor.find()
    assert not found.usable
    assert found.runsc == ""
    assert "no runsc" in found.detail
