"""Runs of the toy problem that die at every record, each in a process of its own, and are then continued.

    python dying_runs.py FOLDER SCHEDULE WORKERS MODE

MODE says when the process leaves by `os._exit`: `before` a record is written, `between` writing it and
answering that it is, or with half of its line written (`torn`). FOLDER/calm is an undisturbed run; FOLDER/K
died at its record K and was continued by the same call; FOLDER/K.died holds what was there in between.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from toy import Climb, ToyEvaluator, ToyModel, ToyProblem

from solversmith import pools
from solversmith.broker import Broker
from solversmith.records import Record, canonical_json, to_json
from solversmith.search import finish, search
from solversmith.store import RunDirectory

MODES = ("before", "between", "torn")
DIED, SEED = 9, 7
METHOD = Climb(6)
SETTINGS = {"identity": {"problem": "toy"}, "environment": {}, "asked": {}}


class DyingStore:
    """The run directory, whose process dies at one record."""

    def __init__(self, store: RunDirectory, mode: str, at: int | None) -> None:
        self._store, self._mode, self._at = store, mode, at
        self._lock = threading.Lock()
        self._appended = 0

    def append(self, record: Record) -> int:
        """Write a record, or die at it."""
        with self._lock:
            number, self._appended = self._appended, self._appended + 1
            if number != self._at:
                return self._store.append(record)
            if self._mode == "between":
                self._store.append(record)
            if self._mode == "torn":
                line = canonical_json(to_json(record)).encode()
                with (self._store.path / "journal.jsonl").open("ab") as file:
                    file.write(line[: len(line) // 2])
            os._exit(DIED)

    def records(self, start: int = 0) -> Iterator[Record]:
        """The records there are now, from this position on."""
        return self._store.records(start)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def carried_out(folder: Path, schedule: str, workers: int, mode: str, at: int | None) -> None:
    """A whole run, or as much of it as there is until record `at` of this session."""
    problem, model = ToyProblem(), ToyModel(log=folder.with_suffix(".log"))
    with RunDirectory.open(folder, SETTINGS) as opened:
        store = DyingStore(opened, mode, at)
        asked: dict[str, Any] = {
            "problem": problem,
            "broker": Broker(store, {"writer": model}, run_id=opened.run_id),
            "evaluator": ToyEvaluator(problem),
        }
        selection = search(
            method=METHOD,
            pool=pools.chosen("threads" if workers > 1 else "serial"),
            workers=workers,
            schedule=schedule,
            seed=SEED,
            **asked,
        )
        finish(selection=selection, score_all=True, **asked)


def in_a_process(*asked: Any) -> int:
    """Fork, carry out, and give back the exit code."""
    child = os.fork()
    if child == 0:
        try:
            carried_out(*asked)
        except BaseException:  # noqa: BLE001 - the parent must not go on twice
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(folder: Path, schedule: str, workers: int, mode: str) -> None:
    """One run for every record that can be died at."""
    assert in_a_process(folder / "calm", schedule, workers, mode, None) == 0
    at = 0
    while (code := in_a_process(folder / str(at), schedule, workers, mode, at)) == DIED:
        shutil.copytree(folder / str(at), folder / f"{at}.died")
        log = folder / f"{at}.log"
        shutil.copy(log, folder / f"{at}.died.log") if log.exists() else (folder / f"{at}.died.log").touch()
        assert in_a_process(folder / str(at), schedule, workers, mode, None) == 0
        at += 1
    assert code == 0


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
