"""One writer, against real second processes."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from solversmith.errors import MissingPrerequisite, RunLocked
from solversmith.store.lease import Holder, Lease

HOLD = """
import os, sys, time
from pathlib import Path
from solversmith.store.lease import Lease
lease = Lease(Path(sys.argv[1]))
child = os.fork() if sys.argv[2] == "child" else 1
if child:
    print("held", child, flush=True)
time.sleep(float(sys.argv[3]) if not child else 60)
"""


def holding(folder: Path, kind: str = "alone", child_s: float = 0.0) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), kind, str(child_s)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("held")
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_a_second_process_is_refused_with_the_holders_name(tmp_path: Path) -> None:
    process = holding(tmp_path)
    try:
        host = Holder.this_process().host
        with pytest.raises(RunLocked, match=f"process {process.pid} on {host} writes into {tmp_path}"):
            Lease(tmp_path)
    finally:
        end(process)
    Lease(tmp_path).close()


def test_children_of_a_killed_holder_are_waited_for(tmp_path: Path) -> None:
    process = holding(tmp_path, "child", child_s=0.4)
    end(process)
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        time.sleep(seconds)

    Lease(tmp_path, sleep=sleep).close()
    assert waits


def test_the_same_process_is_refused_too(tmp_path: Path) -> None:
    lease = Lease(tmp_path)
    with pytest.raises(RunLocked, match=str(os.getpid())):
        Lease(tmp_path)
    lease.close()
    lease.close()
    Lease(tmp_path).close()


def test_a_lease_that_is_given_back_is_free_though_a_child_lives(tmp_path: Path) -> None:
    closing = "if child: lease.close(); print('closed', flush=True)\ntime.sleep(float"
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD.replace("time.sleep(float", closing), str(tmp_path), "child", "3"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert [process.stdout.readline().split()[0] for _ in range(2)] == ["held", "closed"]
    Lease(tmp_path, sleep=lambda _: pytest.fail("there is nothing to wait for")).close()
    end(process)


def leave(folder: Path, holder: Holder) -> None:
    (folder / "lease.json").write_text(json.dumps(asdict(holder)))


def test_the_lease_of_a_dead_process_is_taken_over(tmp_path: Path) -> None:
    leave(tmp_path, replace(Holder.this_process(), start="1"))
    Lease(tmp_path).close()


def test_a_machine_that_was_booted_anew_holds_nothing(tmp_path: Path) -> None:
    leave(tmp_path, replace(Holder.this_process(), boot_id="another"))
    Lease(tmp_path).close()


def test_a_lease_from_another_machine_holds_until_deleted(tmp_path: Path) -> None:
    leave(tmp_path, replace(Holder.this_process(), boot_id="another", host="node7", pid=12))
    with pytest.raises(RunLocked, match=r"process 12 on node7 .* delete .*lease\.json"):
        Lease(tmp_path)
    (tmp_path / "lease.json").unlink()
    Lease(tmp_path).close()


def no_locks(fd: int, operation: int) -> None:
    raise OSError(errno.ENOLCK, "No locks available")


def test_without_locks_the_lease_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "flock", no_locks)
    process = holding(tmp_path)
    try:
        with pytest.raises(RunLocked, match=str(process.pid)):
            Lease(tmp_path)
    finally:
        end(process)
    lease = Lease(tmp_path)
    with pytest.raises(RunLocked):
        Lease(tmp_path)
    lease.close()


def test_a_lock_that_fails_otherwise_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(fd: int, operation: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(fcntl, "flock", broken)
    with pytest.raises(MissingPrerequisite, match="can't lock"):
        Lease(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"host": 1}'])
def test_a_lease_that_says_nothing_holds_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "lease.json").write_text(content)
    Lease(tmp_path).close()
