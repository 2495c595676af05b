"""The whole way of a run that is carried out elsewhere, with threads for workers: all crosses as bytes."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from solversmith import session
from solversmith.bill import Bill
from solversmith.broker import Budget
from solversmith.contract import Failed
from solversmith.errors import UnknownName, UsageError
from solversmith.methods.self_consistency import MEDOID
from solversmith.ray_pool import pool
from solversmith.ray_pool.failures import portable
from solversmith.records.canonical import canonical
from solversmith.records.run import RoundRecord, TestRecord
from solversmith.remote import conductor, driving
from solversmith.remote.conductor import Conductor
from solversmith.session import Watcher
from solversmith.settings import RunSettings
from solversmith.store import RunDirectory
from solversmith.sweeps import Planned, Sweep
from solversmith.sweeps.stopping import Stop

DECAY = str(Path(__file__).parents[1] / "cli" / "decay")
_doors: dict[str, Door] = {}


def crossed(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - our own bytes


def door_named(name: str) -> Door:
    return _doors[name]


class Door:
    """Asks a conductor in this process; a copy of it is itself."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.served: Conductor | None = None
        _doors[name] = self

    def __reduce__(self) -> Any:
        return door_named, (self.name,)

    def ask(self, group: str, name: str, *arguments: Any) -> Any:
        assert self.served is not None
        try:
            return crossed(self.served.answer(name, *crossed(arguments)))
        except Exception as error:  # noqa: BLE001 - raised again on this side
            raise crossed(portable(error)) from None


class Threads:
    """Workers of this process: two slots."""

    slots, room = 2, 2

    def call(self, work: Any, task: Any, done: Callable[[Any], None], *, attempt: bool = False) -> None:
        def carry_out() -> None:
            try:
                result = crossed(crossed(work)(crossed(task)))
            except BaseException as error:  # noqa: BLE001 - handed to whoever asked
                result = Failed(crossed(portable(error)))
            done(result)

        threading.Thread(target=carry_out, daemon=True).start()

    def asking(self) -> AbstractContextManager[None]:
        return nullcontext()

    def listen(self, wake: Callable[[], None]) -> None: ...

    def forget(self, wake: Callable[[], None]) -> None: ...

    def about(self) -> list[Any]:
        return []


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Door:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(conductor, "fleet", Threads)
    monkeypatch.setattr(pool, "_shared", lambda work: work)
    made = Door(tmp_path.name)
    made.served = Conductor(made)  # type: ignore[arg-type]
    return made


def settings(folder: str, **changes: Any) -> RunSettings:
    given: dict[str, Any] = {"candidates": 3, "debug_rounds": 1, "schedule": "generational", "seed": 3}
    return RunSettings(DECAY, name="run", folder=Path(folder), **given | changes)


def watcher(told: list[Any], agree: Callable[[Bill], None] = lambda bill: None) -> Watcher:
    return Watcher(
        lambda records, wanted: told.append(("begin", wanted)),
        lambda record: told.append(record),
        lambda text: told.append(text),
        agree,
    )


def journal(folder: str) -> str:
    with RunDirectory.read(Path(folder) / "run") as store:
        return canonical(store.records())


def test_a_run_elsewhere_leaves_the_journal_of_one_here(door: Door) -> None:
    told: list[Any] = []
    door.ask("control", "run", settings("there"))
    result = driving._followed(door, watcher(told), Stop())  # type: ignore[arg-type]
    session.carried_out(settings("here", humans=False), watcher([]))
    assert journal("there") == journal("here")
    assert result.summary.finished
    assert [row.name for row in result.humans] == ["trivial", "simple", "expert"]
    assert ("begin", 3) in told
    assert {RoundRecord, TestRecord} <= {type(each) for each in told}


def test_whatever_an_attempt_may_do_it_may_do_elsewhere(door: Door) -> None:
    """Runs on the way, edits, cases left out, repeats, the best two once more."""
    changes = {"interactions": 1, "edits": True, "cascade": 1, "repeats": 2, "confirm": True}
    door.ask("control", "run", settings("there", **changes, humans=False))
    driving._followed(door, watcher([]), Stop())  # type: ignore[arg-type]
    session.carried_out(settings("here", **changes, humans=False), watcher([]))
    assert journal("there") == journal("here")
    assert '"kind":"confirmation"' in journal("there")


def test_answers_by_which_a_method_chooses_come_from_elsewhere(door: Door) -> None:
    changes = {"method": "self-consistency", "humans": False}
    door.ask("control", "run", settings("there", **changes))
    driving._followed(door, watcher([]), Stop())  # type: ignore[arg-type]
    session.carried_out(settings("here", **changes), watcher([]))
    assert journal("there") == journal("here")
    assert MEDOID in journal("there")


def test_whoever_drives_is_asked_about_the_bill_and_may_say_no(door: Door) -> None:
    bills: list[Bill] = []

    def refuse(bill: Bill) -> None:
        bills.append(bill)
        raise UsageError("too long for me")

    door.ask("control", "run", settings("there"))
    with pytest.raises(UsageError, match="too long for me"):
        driving._followed(door, watcher([], refuse), Stop())  # type: ignore[arg-type]
    assert len(bills) == 1
    assert not Path("there").exists()


def test_what_is_wrong_with_the_settings_is_told_to_whoever_drives(door: Door) -> None:
    door.ask("control", "run", settings("there", method="best-of-m"))
    with pytest.raises(UsageError, match="did you mean 'best-of-n'") as raised:
        driving._followed(door, watcher([]), Stop())  # type: ignore[arg-type]
    assert type(raised.value) in (UsageError, UnknownName)


def test_a_sweep_elsewhere_is_carried_out_side_by_side_and_halts_when_told(door: Door) -> None:
    runs = tuple(Planned(f"seed-{n}", settings("any", seed=n, humans=False)) for n in range(2))
    sweep = Sweep(Path("some.toml"), Path("many"), runs, budget=Budget(calls=100))
    told: list[Any] = []
    door.ask("control", "sweep", sweep)
    ended, reason = driving._followed(door, watcher(told), Stop())  # type: ignore[arg-type]
    assert [(each.id, each.state) for each in sorted(ended, key=lambda one: one.id)] == [
        ("seed-0", "done"),
        ("seed-1", "done"),
    ]
    assert reason == ""
    assert "sweep of 2 runs in many" in told
    more = Sweep(Path("some.toml"), Path("more"), runs)
    stop = Stop()
    stop.set("interrupted")
    door.ask("control", "halt", "interrupted")
    door.ask("control", "sweep", more)
    ended, reason = driving._followed(door, watcher([]), stop)  # type: ignore[arg-type]
    assert ({each.state for each in ended}, reason) == ({"halted"}, "interrupted")
