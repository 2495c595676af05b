"""For test_kills: `kill_driver.py FOLDER`: every kill, each in a forked process with a run of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import killing

from solversmith.records.run import NoteRecord
from solversmith.store import RunDirectory

NOTES = 5
SETTINGS = {"identity": {"problem": "toy"}}


def work(path: Path, acknowledged: int) -> None:
    """Write what is missing; every acknowledged number is reported through the pipe `acknowledged`."""
    with RunDirectory.open(path, SETTINGS) as store:
        done = sum(isinstance(record, NoteRecord) for record in store.records())
        for number in range(done, NOTES):
            store.append(NoteRecord(f"n{number}", f"p{number}", number, store.put_text(f"text {number} ü")))
            os.write(acknowledged, bytes([number]))


def killed(path: Path, name: str, index: int, mode: str) -> tuple[int, bytes]:
    """Exit code of the killed process, and which numbers it was told are durable."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        killing.at(name, index, mode)
        work(path, writing)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), told


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for name, appends in (("journal.jsonl", NOTES + 1), ("texts.jsonl", NOTES)):
        for index in range(appends):
            for mode in killing.MODES:
                code, told = killed(folder / f"{name}-{index}-{mode}", name, index, mode)
                print(name, index, mode, code, told.hex() or "-")
