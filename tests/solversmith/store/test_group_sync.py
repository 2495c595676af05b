"""Many threads share a sync, and nobody goes on before its own line is durable."""

from __future__ import annotations

import errno
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from solversmith.errors import MissingPrerequisite
from solversmith.store import files
from solversmith.store.files import AppendFile
from solversmith.store.texts import Texts

THREADS = 8


class Disk:
    """An fsync that counts, waits until so many lines are written, and may fail."""

    def __init__(self, file: AppendFile, lines: int) -> None:
        self.file, self.lines, self.syncs, self.durable = file, lines, 0, 0
        self.failing = False
        self.enough = threading.Event()

    def fsync(self, fd: int) -> None:
        self.syncs += 1
        if self.syncs == 1:
            assert self.enough.wait(10)
        if self.failing:
            self.failing = False
            raise OSError(errno.EIO, "Input/output error")
        self.durable = os.fstat(fd).st_size


def test_lines_that_wait_share_one_sync_and_land_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = AppendFile(tmp_path / "a")
    disk, landed = Disk(file, THREADS), list[int]()
    monkeypatch.setattr(files.os, "fsync", disk.fsync)

    def write(number: int) -> tuple[int, bool]:
        begin = file.append(b"0123456789\n", landed.append)
        return begin, disk.durable >= begin + 11

    with ThreadPoolExecutor(THREADS) as threads:
        found = [threads.submit(write, number) for number in range(THREADS)]
        while os.fstat(file._fd).st_size < 11 * THREADS:
            threading.Event().wait(0.001)
        disk.enough.set()
        results = [each.result() for each in found]
    assert disk.syncs == 2
    assert landed == sorted(begin for begin, _ in results) == [11 * n for n in range(THREADS)]
    assert all(durable for _, durable in results)


def test_a_sync_that_fails_fails_for_all_and_takes_all_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = AppendFile(tmp_path / "a")
    file.append(b"before\n")
    disk, landed = Disk(file, THREADS), list[int]()
    disk.failing = True
    with monkeypatch.context() as patched, ThreadPoolExecutor(THREADS) as threads:
        patched.setattr(files.os, "fsync", disk.fsync)
        found = [threads.submit(file.append, b"lost\n", landed.append) for _ in range(THREADS)]
        while os.fstat(file._fd).st_size < 7 + 5 * THREADS:
            threading.Event().wait(0.001)
        disk.enough.set()
        errors = [each.exception() for each in found]
    assert all(isinstance(error, MissingPrerequisite) for error in errors)
    assert landed == []
    assert file.append(b"after\n") == 7
    file.close()
    assert (tmp_path / "a").read_bytes() == b"before\nafter\n"


def test_an_interrupt_while_the_disk_works_leaves_the_line_to_the_next_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, landed = AppendFile(tmp_path / "a"), list[int]()

    def interrupted(fd: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(files.os, "fsync", interrupted)
        with pytest.raises(KeyboardInterrupt):
            file.append(b"one\n", landed.append)
    assert landed == []
    file.append(b"two\n", landed.append)
    assert landed == [0, 4]


def test_what_an_observer_raises_is_raised_where_the_line_was_written(tmp_path: Path) -> None:
    file = AppendFile(tmp_path / "a")

    def fails(begin: int) -> None:
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        file.append(b"one\n", fails)
    assert file.append(b"two\n") == 4


def test_one_text_by_many_threads_is_written_once(tmp_path: Path) -> None:
    texts = Texts(tmp_path / "t", writable=True)
    with ThreadPoolExecutor(THREADS) as threads:
        found = set(threads.map(lambda number: texts.put(f"the same {number % 2}"), range(64)))
    assert len(found) == 2
    assert len((tmp_path / "t").read_bytes().splitlines()) == 2
