"""Lines are there whole or not at all, whatever the disk does."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.errors import InternalFault, MissingPrerequisite
from solversmith.store import files
from solversmith.store.files import AppendFile, move_torn_tail, whole_lines, write_beside


def test_appended_lines_are_there(tmp_path: Path) -> None:
    file = AppendFile(tmp_path / "a")
    assert [file.append(b"one\n"), file.append(b"two\n")] == [0, 4]
    assert file.read(4, 4) == b"two\n"
    file.close()
    again = AppendFile(tmp_path / "a")
    assert again.append(b"three\n") == 8
    again.close()
    assert (tmp_path / "a").read_bytes() == b"one\ntwo\nthree\n"


def test_a_short_write_is_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(files.os, "write", lambda fd, data: write(fd, data[:2]))
    file = AppendFile(tmp_path / "a")
    file.append(b"in many parts\n")
    file.close()
    assert (tmp_path / "a").read_bytes() == b"in many parts\n"


def test_a_full_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = AppendFile(tmp_path / "a")
    file.append(b"whole\n")
    write = os.write

    def full(fd: int, data: bytes) -> int:
        if len(data) > 5:
            return write(fd, data[:5])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as context:
        context.setattr(files.os, "write", full)
        with pytest.raises(MissingPrerequisite, match=r"can't write .*a: No space left.*nothing .* is lost"):
            file.append(b"too long\n")
    assert (tmp_path / "a").read_bytes() == b"whole\n"
    file.append(b"room again\n")
    file.close()
    assert (tmp_path / "a").read_bytes() == b"whole\nroom again\n"


def test_what_can_not_be_taken_back_ends_all_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = AppendFile(tmp_path / "a")

    def broken(*_: object) -> int:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as context:
        context.setattr(files.os, "fsync", broken)
        with pytest.raises(MissingPrerequisite, match="Input/output error"):
            file.append(b"line\n")
    with pytest.raises(InternalFault, match="can't be written any more"):
        file.append(b"line\n")
    file.close()


def test_another_writer_is_noticed(tmp_path: Path) -> None:
    file = AppendFile(tmp_path / "a")
    file.append(b"ours\n")
    with (tmp_path / "a").open("ab") as other:
        other.write(b"theirs\n")
    with pytest.raises(InternalFault, match="changed by another process"):
        file.append(b"ours\n")
    file.close()
    with pytest.raises(InternalFault):
        file.append(b"closed\n")


@given(
    st.lists(st.text("ab", min_size=1).map(lambda text: text.encode() + b"\n")), st.text("ab{", max_size=9)
)
def test_the_tail_begins_after_the_last_whole_line(lines: list[bytes], tail: str) -> None:
    data = b"".join(lines)
    assert whole_lines(data + tail.encode()) == len(data)
    assert whole_lines(data + b"\0\0\0\0\n") == len(data)


def test_a_torn_tail_is_moved(tmp_path: Path) -> None:
    journal, torn = tmp_path / "journal.jsonl", tmp_path / "journal.torn"
    journal.write_bytes(b'{"a":1}\n{"b":')
    assert move_torn_tail(journal) == 5
    assert (journal.read_bytes(), torn.read_bytes()) == (b'{"a":1}\n', b'{"b":\n')
    assert move_torn_tail(journal) == 0
    journal.write_bytes(b'{"a":1}\n{"c":')
    move_torn_tail(journal)
    assert torn.read_bytes() == b'{"b":\n{"c":\n'
    assert move_torn_tail(tmp_path / "none") == 0


def test_a_file_written_beside_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "best.py"
    write_beside(path, b"old")

    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(MissingPrerequisite, match=r"best\.py"):
        write_beside(path, b"new")
    assert [file.name for file in tmp_path.iterdir()] == ["best.py"]
    assert path.read_bytes() == b"old"
