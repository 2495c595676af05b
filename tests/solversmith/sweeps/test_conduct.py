"""Runs side by side: what fails, what stops them, and what is left for the next time."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from solversmith import errors
from solversmith.errors import DiskFull, MissingPrerequisite, RunLocked, SharedBudgetExhausted, UsageError
from solversmith.settings import RunSettings
from solversmith.store.lease import Lease
from solversmith.sweeps import Ended, Planned, Sweep, conduct, conducted, rows
from solversmith.sweeps.stopping import Stop, cancel


def sweep_of(folder: Path, *names: str) -> Sweep:
    return Sweep(Path("some.toml"), folder, tuple(Planned(name, RunSettings("tsp")) for name in names))


def carried(
    folder: Path, carry_out: Callable[[Planned], Any], *names: str, at_once: int = 1, stop: Stop | None = None
) -> tuple[list[Ended], list[str]]:
    told: list[str] = []
    sweep = sweep_of(folder, *names)
    return conducted(sweep, carry_out, at_once=at_once, stop=stop or Stop(), tell=told.append), told


def test_one_that_fails_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    def carry_out(run: Planned) -> None:
        if run.id == "bad":
            raise UsageError("no such thing")
        if run.id == "worse":
            raise ZeroDivisionError("oh")

    ended, told = carried(tmp_path, carry_out, "a", "bad", "worse", "b")
    assert [(each.id, each.state, each.exit_code) for each in ended] == [
        ("a", "done", 0),
        ("bad", "failed", errors.USAGE),
        ("worse", "failed", errors.FAULT),
        ("b", "done", 0),
    ]
    assert "2/4 bad: no such thing" in told
    assert any("internal fault: ZeroDivisionError: oh (test_conduct.py, line" in line for line in told)
    states = json.loads((tmp_path / "sweep.json").read_text())["runs"]
    assert states["bad"] == {"state": "failed", "why": "no such thing"}


def test_runs_are_carried_out_side_by_side(tmp_path: Path) -> None:
    """Each waits for the other: one after the other they could never end."""
    both = threading.Barrier(2, timeout=30)
    ended, _ = carried(tmp_path, lambda run: both.wait(), "a", "b", at_once=2)
    assert [each.state for each in ended] == ["done", "done"]


def test_a_spent_budget_halts_what_runs_and_begins_nothing_more(tmp_path: Path) -> None:
    def carry_out(run: Planned) -> None:
        raise SharedBudgetExhausted("budget of 3 calls")

    stop = Stop()
    ended, _ = carried(tmp_path, carry_out, "a", "b", stop=stop)
    assert [(each.state, each.exit_code) for each in ended] == [("halted", 0), ("halted", 0)]
    assert stop.reason == "budget of 3 calls"


def test_a_wish_from_elsewhere_ends_it_and_an_old_one_does_not(tmp_path: Path) -> None:
    tmp_path.joinpath("x").mkdir()
    cancel(tmp_path / "x")

    def carry_out(run: Planned) -> None:
        if run.id == "a":
            assert not_yet()
        cancel(tmp_path / "x")
        while not stop():
            threading.Event().wait(0.05)

    stop = Stop()
    not_yet: Callable[[], bool] = lambda: not stop()  # noqa: E731 - read in the thread
    ended, _ = carried(tmp_path / "x", carry_out, "a", "b", stop=stop)
    assert [each.state for each in ended] == ["done", "halted"]
    assert stop.reason == "cancelled"


def test_what_all_lack_ends_the_sweep(tmp_path: Path) -> None:
    def carry_out(run: Planned) -> None:
        raise MissingPrerequisite("the server does not answer")

    ended, _ = carried(tmp_path, carry_out, *"abcdef")
    assert [each.state for each in ended] == ["failed"] * 3 + ["halted"] * 3
    assert {each.why for each in ended if each.state == "failed"} == {"the server does not answer"}


def test_time_that_is_over_begins_nothing_more(tmp_path: Path) -> None:
    now = [0.0]
    stop = Stop(10.0, clock=lambda: now[0])

    def carry_out(run: Planned) -> None:
        now[0] += 60.0 if run.id == "b" else 1.0
        stop.look(None)

    ended, _ = carried(tmp_path, carry_out, "a", "b", "c", stop=stop)
    assert [each.state for each in ended] == ["done", "done", "halted"]
    assert "max_wall" in stop.reason


def test_two_may_not_carry_out_one_sweep(tmp_path: Path) -> None:
    lease = Lease(tmp_path)
    try:
        with pytest.raises(RunLocked):
            carried(tmp_path, lambda run: None, "a")
    finally:
        lease.close()


def test_an_interrupt_while_it_waits_leaves_at_once(tmp_path: Path) -> None:
    class Interrupted(Stop):
        def look(self, wished: str | None) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carried(tmp_path, lambda run: threading.Event().wait(5), "a", stop=Interrupted())
    Lease(tmp_path).close()  # the folder is free again


def test_a_full_disk_begins_nothing_more(tmp_path: Path) -> None:
    """Each run names a file of its own: by their words alone nobody could tell that they lack the same."""

    def carry_out(run: Planned) -> None:
        raise DiskFull(f"can't write {run.id}/journal.jsonl")

    stop = Stop()
    ended, _ = carried(tmp_path, carry_out, "a", "b", stop=stop)
    assert [(each.state, each.exit_code) for each in ended] == [
        ("failed", errors.PREREQUISITE),
        ("halted", 0),
    ]
    assert stop.reason == "can't write a/journal.jsonl"


def test_a_note_that_cannot_be_written_is_raised_when_what_runs_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    def full(path: Path, data: bytes) -> None:
        if begun:
            raise DiskFull("can't write sweep.json")

    monkeypatch.setattr(conduct, "write_beside", full)
    monkeypatch.setattr(conduct, "_NOTE_S", 3600.0)  # the last note alone
    with pytest.raises(DiskFull, match=r"sweep\.json"):
        carried(tmp_path, lambda run: begun.append(run.id), "a", "b")
    assert begun == ["a", "b"]


def test_where_a_note_cannot_be_written_nothing_more_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    def full(path: Path, data: bytes) -> None:
        if begun:
            raise DiskFull("can't write sweep.json")

    def carry_out(run: Planned) -> None:
        begun.append(run.id)
        deadline = time.monotonic() + 30
        while run.id != "a" and not stop() and time.monotonic() < deadline:
            time.sleep(0.01)  # it had begun before the note of the first was tried

    stop = Stop()
    monkeypatch.setattr(conduct, "write_beside", full)
    monkeypatch.setattr(conduct, "_NOTE_S", 0.0)
    with pytest.raises(DiskFull, match=r"sweep\.json"):
        carried(tmp_path, carry_out, *"abcdefgh", stop=stop)
    assert stop.reason == "can't write sweep.json"
    assert begun in (["a"], ["a", "b"])


@pytest.mark.parametrize("name", ["lease.json", "cancel"])
def test_a_folder_in_the_place_of_a_file_of_ours_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(MissingPrerequisite, match=f"{name}.*Is a directory"):
        carried(tmp_path, lambda run: None, "a")


def test_whatever_stands_in_the_notes_is_no_fault_of_status(tmp_path: Path) -> None:
    for text in ('{"runs": 3}', "[", '{"runs": {"a": 1}}', "[]"):
        (tmp_path / "sweep.json").write_text(text)
        assert [row.state for row in rows(sweep_of(tmp_path, "a"))] == ["waiting"]
