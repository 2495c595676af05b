"""A run killed at every append: carried on, nothing lost, nothing asked again, equal to the byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import killing
import pytest

from solversmith.records.canonical import canonical
from solversmith.records.run import CallRecord
from solversmith.store import RunDirectory

DRIVER = Path(__file__).with_name("kill_driver.py")
PROPOSALS, CALLS = 2, 2 * 2


# In memory where there is such a place: thousands of syncs are slow, and a killed process leaves what it
# wrote to the kernel either way.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@pytest.fixture(scope="module")
def runs() -> Iterator[list[Path]]:
    environment = {**os.environ, "PYTHONPATH": str(Path(killing.__file__).parent)}
    with tempfile.TemporaryDirectory(prefix="kills-", dir=MEMORY) as folder:
        subprocess.run([sys.executable, str(DRIVER), folder], env=environment, check=True, timeout=200)
        yield sorted(path for path in Path(folder).iterdir() if path.is_dir())


def calls(path: Path) -> list[CallRecord]:
    return [record for record in RunDirectory.read(path).records() if isinstance(record, CallRecord)]


def test_every_append_had_its_kill(runs: list[Path]) -> None:
    undisturbed = next(path for path in runs if path.name == "undisturbed")
    journal, texts = (
        len((undisturbed / name).read_text().splitlines()) for name in ("journal.jsonl", "texts.jsonl")
    )
    assert len(runs) == 1 + 3 * journal + 3 * texts + 3
    assert journal > 20


def test_canonical_journals_are_equal_to_the_byte(runs: list[Path]) -> None:
    journals = {canonical(RunDirectory.read(path).records()) for path in runs}
    assert len(journals) == 1
    assert len(journals.pop().splitlines()) == PROPOSALS + CALLS + CALLS + PROPOSALS


def test_every_completion_is_recorded_once_and_not_asked_for_again(runs: list[Path]) -> None:
    for path in runs:
        asked = Counter(path.with_suffix(".asked").read_text().split())
        events: dict[str, Counter[str]] = {}
        for call in calls(path):
            events.setdefault(call.id, Counter())[call.event] += 1
        assert len(events) == CALLS
        for name, counted in events.items():
            assert counted["completed"] == 1, path
            assert counted["started"] == counted["completed"] + counted["failed"] + counted["in_doubt"], path
            # A start that was left before the request was sent is in doubt too.
            assert counted["started"] - counted["in_doubt"] <= asked[name] <= counted["started"], path
            assert asked[name] <= 1 + counted["failed"] + counted["in_doubt"], path


def test_nothing_torn_stays_in_a_journal(runs: list[Path]) -> None:
    for path in runs:
        for name in ("journal.jsonl", "texts.jsonl"):
            for line in (path / name).read_text().splitlines():
                json.loads(line)
        torn = [name for name in ("journal.torn", "texts.torn") if (path / name).exists()]
        assert bool(torn) == ("torn" in path.name), path
