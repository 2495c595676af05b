"""Killed at every append, before it, in mid-line and after it: the run goes on and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import killing
import pytest

from solversmith.records.run import NoteRecord
from solversmith.store import RunDirectory

DRIVER = Path(__file__).with_name("kill_driver.py")
SETTINGS = {"identity": {"problem": "toy"}}
NOTES = 5


@pytest.fixture(scope="module")
def kills(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[str]]]:
    folder = tmp_path_factory.mktemp("kills")
    environment = {**os.environ, "PYTHONPATH": str(Path(killing.__file__).parent)}
    said = subprocess.run(
        [sys.executable, str(DRIVER), str(folder)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=120,
    )
    return folder, [line.split() for line in said.stdout.splitlines()]


def test_every_kill_happened(kills: tuple[Path, list[list[str]]]) -> None:
    assert len(kills[1]) == 3 * (NOTES + 1) + 3 * NOTES
    assert {code for *_, code, _ in kills[1]} == {str(killing.EXIT_CODE)}


def test_what_was_acknowledged_is_there_and_the_run_goes_on(kills: tuple[Path, list[list[str]]]) -> None:
    folder, lines = kills
    for name, index, mode, _, told in lines:
        path = folder / f"{name}-{index}-{mode}"
        acknowledged = [] if told == "-" else list(bytes.fromhex(told))
        with RunDirectory.open(path, SETTINGS) as store:
            notes = [record for record in store.records() if isinstance(record, NoteRecord)]
            # One more than was acknowledged, exactly if the journal was written and nobody was told.
            extra = name == "journal.jsonl" and mode == killing.AFTER and index != "0"
            assert [note.number for note in notes] == list(range(len(acknowledged) + extra)), path
            assert acknowledged == list(range(len(acknowledged)))
            for number in range(len(notes), NOTES):
                store.append(
                    NoteRecord(f"n{number}", f"p{number}", number, store.put_text(f"text {number} ü"))
                )
        records = list(RunDirectory.read(path).records())
        texts = [RunDirectory.read(path).text(r.text) for r in records if isinstance(r, NoteRecord)]
        assert texts == [f"text {number} ü" for number in range(NOTES)]
        assert (path / name).with_suffix(".torn").exists() == (mode == killing.TORN), path
