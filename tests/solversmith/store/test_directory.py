"""The run directory: what it keeps, refuses and continues."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.broker import Broker
from solversmith.contract.running import RunStore
from solversmith.errors import (
    BadData,
    BadJournal,
    InternalFault,
    MissingText,
    RunLocked,
    SettingsDiffer,
    UsageError,
)
from solversmith.records.codec import sha256
from solversmith.records.run import NoteRecord, Record, SessionRecord
from solversmith.store import RunDirectory, directory
from solversmith.store.journal import Journal
from solversmith.store.texts import Texts

SETTINGS: Mapping[str, Any] = {
    "asked": {"command": "solversmith run toy"},
    "identity": {"problem": "toy", "seed": 0, "limits": {"wall_s": 1.5}},
    "environment": {"host": "a", "python": "3.11"},
}


def note(number: int, text: str = "0" * 64) -> NoteRecord:
    return NoteRecord(f"n{number:04d}", f"p{number:04d}", number, text)


def changed(**identity: Any) -> dict[str, Any]:
    return {**SETTINGS, "identity": {**SETTINGS["identity"], **identity}}


def notes(store: RunDirectory) -> list[Record]:
    return [record for record in store.records() if isinstance(record, NoteRecord)]


def test_a_run_is_continued(tmp_path: Path) -> None:
    with RunDirectory.open(tmp_path / "runs" / "a", SETTINGS) as store:
        assert isinstance(store, RunStore)
        sha = store.put_text("program")
        assert store.append(note(1, sha)) == 1
        run_id = store.run_id
    with RunDirectory.open(tmp_path / "runs" / "a", SETTINGS) as store:
        assert store.run_id == run_id
        assert store.append(note(2, sha)) == 3
        assert store.text(sha) == "program"
        assert notes(store) == [note(1, sha), note(2, sha)]
        assert isinstance(next(store.records()), SessionRecord)


def test_settings_are_recorded_as_asked_and_as_resolved(tmp_path: Path) -> None:
    with RunDirectory.open(tmp_path, SETTINGS) as store:
        assert store.settings == SETTINGS
    run = tomllib.loads((tmp_path / "run.toml").read_text())
    assert {key: run[key] for key in SETTINGS} == SETTINGS
    assert run["format"] == 1


def test_other_settings_are_refused_with_the_difference(tmp_path: Path) -> None:
    RunDirectory.open(tmp_path / "mine", SETTINGS).close()
    with pytest.raises(SettingsDiffer, match=r"'mine'.*seed: 0 -> 1; limits\.wall_s: 1\.5 -> 2\.0"):
        RunDirectory.open(tmp_path / "mine", changed(seed=1, limits={"wall_s": 2.0}))
    RunDirectory.open(tmp_path / "mine", SETTINGS).close()


def test_another_environment_is_recorded(tmp_path: Path) -> None:
    RunDirectory.open(tmp_path, SETTINGS).close()
    with RunDirectory.open(tmp_path, {**SETTINGS, "environment": {"host": "b", "python": "3.11"}}) as store:
        session = list(store.records())[-1]
    assert session.measured["changed"] == {"host": ["'a'", "'b'"]}
    assert session.measured["pid"] == os.getpid()


def test_a_session_record_fits_whatever_changed(tmp_path: Path) -> None:
    RunDirectory.open(tmp_path, SETTINGS).close()
    versions = {f"package-{'x' * 90}-{n}": "v" * 200 for n in range(300)}
    with RunDirectory.open(tmp_path, {**SETTINGS, "environment": versions}) as store:
        assert list(store.records())[-1].measured["changes"] == 302


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from solversmith.store import RunDirectory\n"
        "try: RunDirectory.open(Path(sys.argv[1]), {})\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    with RunDirectory.open(tmp_path, SETTINGS):
        said = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
        )
        assert said.stdout.startswith(f"RunLocked process {os.getpid()} on ")
        with pytest.raises(RunLocked):
            RunDirectory.open(tmp_path, SETTINGS)


def test_reading_needs_no_lease_and_sees_a_run_under_way(tmp_path: Path) -> None:
    with RunDirectory.open(tmp_path, SETTINGS) as store:
        store.append(note(1, store.put_text("text")))
        with (tmp_path / "journal.jsonl").open("ab") as journal:
            journal.write(b'{"half')
        reader = RunDirectory.read(tmp_path)
        assert list(reader.records()) == list(store.records())
        assert reader.text(sha256("text")) == "text"
    with pytest.raises(InternalFault, match="reading only"):
        reader.append(note(2))
    with pytest.raises(InternalFault, match="reading only"):
        reader.put_text("x")
    with pytest.raises(InternalFault, match="reading only"):
        reader.write_derived("best.py", "x")


class Counted(list[Record]):
    """A list that counts what is taken out of it."""

    taken = 0

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        self.taken += len(found) if isinstance(key, slice) else 1
        return found

    def __iter__(self) -> Iterator[Record]:
        for record in super().__iter__():
            self.taken += 1
            yield record


def test_what_follows_a_position_costs_no_more_than_it_holds(tmp_path: Path) -> None:
    with RunDirectory.open(tmp_path, SETTINGS) as store:
        written = [note(number) for number in range(50)]
        for record in written:
            store.append(record)
        counted = Counted(store._journal.records)
        store._journal.records = counted
        assert list(Broker(store, {}).records(49)) == written[48:]
        counted.taken = 0
        assert list(store.records(49)) == written[48:]
        assert list(store.records(51)) == []
        assert counted.taken == 2


def test_a_reader_finds_every_text_that_its_records_cite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RunDirectory.open(tmp_path, SETTINGS) as store:
        opened: list[str] = []

        def between(cls: type[Any]) -> Callable[..., Any]:
            def make(path: Path, *, writable: bool) -> Any:
                if opened:  # the run goes on while somebody reads
                    store.append(note(1, store.put_text("written meanwhile")))
                opened.append(path.name)
                return cls(path, writable=writable)

            return make

        with monkeypatch.context() as patched:
            patched.setattr(directory, "Journal", between(Journal))
            patched.setattr(directory, "Texts", between(Texts))
            reader = RunDirectory.read(tmp_path)
    assert sorted(opened) == ["journal.jsonl", "texts.jsonl"]
    assert len(list(RunDirectory.read(tmp_path).records())) == 2
    for record in reader.records():
        if isinstance(record, NoteRecord):
            reader.text(record.text)


@pytest.mark.parametrize("name", ["journal.jsonl", "texts.jsonl"])
def test_a_torn_last_line_is_moved_away(tmp_path: Path, name: str) -> None:
    with RunDirectory.open(tmp_path, SETTINGS) as store:
        sha = store.put_text("kept")
    before = (tmp_path / name).read_bytes()
    with (tmp_path / name).open("ab") as file:
        file.write(b'{"kind":"note","id"')
    with RunDirectory.open(tmp_path, SETTINGS) as store:
        store.append(note(1, store.put_text("more")))
        assert store.text(sha) == "kept"
    assert (tmp_path / name).read_bytes().startswith(before)
    assert (tmp_path / name).with_suffix(".torn").read_bytes() == b'{"kind":"note","id"\n'
    for line in (tmp_path / name).read_text().splitlines():
        json.loads(line)


@pytest.mark.parametrize(
    "line", [b'{"kind":"note"', b"[]", b'{"v":1,"kind":"what"}', b'{"v":2,"kind":"note"}', b"\xff", b""]
)
def test_a_bad_inner_line_is_an_error_with_its_number(tmp_path: Path, line: bytes) -> None:
    with RunDirectory.open(tmp_path, SETTINGS) as store:
        store.append(note(1))
    whole = (tmp_path / "journal.jsonl").read_bytes()
    (tmp_path / "journal.jsonl").write_bytes(line + b"\n" + whole)
    with pytest.raises(BadJournal, match=r"journal\.jsonl, line 1:"):
        RunDirectory.open(tmp_path, SETTINGS)
    with pytest.raises(BadJournal, match="line 1"):
        RunDirectory.read(tmp_path)
    (tmp_path / "journal.jsonl").write_bytes(whole)
    RunDirectory.open(tmp_path, SETTINGS).close()


def test_a_bad_text_is_an_error(tmp_path: Path) -> None:
    with RunDirectory.open(tmp_path, SETTINGS) as store:
        sha = store.put_text("program")
        store.put_text("other")
    texts = tmp_path / "texts.jsonl"
    texts.write_text(texts.read_text().replace("program", "progrem"))
    with pytest.raises(BadJournal, match="was changed"):
        RunDirectory.read(tmp_path).text(sha)
    texts.write_text("{}\n" + texts.read_text())
    with pytest.raises(BadJournal, match="line 1"):
        RunDirectory.open(tmp_path, SETTINGS)


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="there is no run in"):
        RunDirectory.read(tmp_path / "none")
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(UsageError, match=r"no run directory: it holds 'thesis\.tex'"):
        RunDirectory.open(tmp_path, SETTINGS)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("text", ["format = 2", "=", "format = 1", 'format = 1\nrun_id = "a"\nidentity = 3'])
def test_a_broken_run_toml_is_told(tmp_path: Path, text: str) -> None:
    RunDirectory.open(tmp_path, SETTINGS).close()
    (tmp_path / "run.toml").write_text(text)
    with pytest.raises(BadData, match=r"run\.toml"):
        RunDirectory.open(tmp_path, SETTINGS)


def test_a_journal_without_settings_is_told(tmp_path: Path) -> None:
    RunDirectory.open(tmp_path, SETTINGS).close()
    (tmp_path / "run.toml").unlink()
    with pytest.raises(BadData, match="a journal but no"):
        RunDirectory.open(tmp_path, SETTINGS)


def test_a_record_that_is_too_long_or_holds_nan_is_ours(tmp_path: Path) -> None:
    with RunDirectory.open(tmp_path, SETTINGS) as store:
        before = (tmp_path / "journal.jsonl").read_bytes()
        with pytest.raises(InternalFault, match=r"a note record has \d+ bytes, at most 4096"):
            store.append(NoteRecord("n" * 4096, "p", 1, "t"))
        with pytest.raises(InternalFault, match="can't be written"):
            store.append(SessionRecord(measured={"wall_s": float("nan")}))
        assert (tmp_path / "journal.jsonl").read_bytes() == before


def test_the_longest_record_is_written(tmp_path: Path) -> None:
    with RunDirectory.open(tmp_path, SETTINGS) as store:
        store.append(note(1))
        size = len((tmp_path / "journal.jsonl").read_bytes().splitlines(keepends=True)[-1])
        store.append(note(1, "0" * (64 + 4096 - size)))
        assert len((tmp_path / "journal.jsonl").read_bytes().splitlines(keepends=True)[-1]) == 4096
        with pytest.raises(InternalFault, match="4097"):
            store.append(note(1, "0" * (65 + 4096 - size)))


@given(text=st.text(st.characters(codec=None, categories=None) | st.sampled_from("\ud83d\ude00\x00\n\u2028")))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.mktemp("texts") / "texts.jsonl"
    texts = Texts(file, writable=True)
    texts.put("first")
    sha = texts.put(text)
    assert texts.put(text) == sha == sha256(text)
    assert texts.get(sha) == text
    texts.close()
    assert Texts(file, writable=False).get(sha) == text


def test_unknown_texts_and_arrays(tmp_path: Path) -> None:
    with RunDirectory.open(tmp_path, SETTINGS) as store:
        with pytest.raises(KeyError):
            store.text("0" * 64)
        with pytest.raises(KeyError):
            store.array("0" * 64)


def test_arrays(tmp_path: Path) -> None:
    array = np.linspace(0, 1, 12).reshape(3, 4)
    with RunDirectory.open(tmp_path, SETTINGS) as store:
        sha = store.put_array(array)
        assert store.put_array(array) == sha
        np.testing.assert_array_equal(store.array(sha), array)
        with pytest.raises(ValueError, match="pickle"):
            store.put_array(np.array([{}], dtype=object))
    file = tmp_path / "arrays" / f"{sha}.npy"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(BadJournal, match="was changed"):
        RunDirectory.read(tmp_path).array(sha)


def test_derived_files(tmp_path: Path) -> None:
    with RunDirectory.open(tmp_path, SETTINGS) as store:
        store.write_derived("best.py", "one")
        assert store.write_derived("best.py", "two").read_text() == "two"
        for name in ("journal.jsonl", "run.toml", "../best.py", "a/b", "", ".."):
            with pytest.raises(InternalFault, match="no name"):
                store.write_derived(name, "x")


def test_threads_and_the_observer_see_one_order(tmp_path: Path) -> None:
    seen: list[Record] = []
    with RunDirectory.open(tmp_path, SETTINGS, observer=seen.append) as store:

        def write(thread: int) -> None:
            for number in range(20):
                store.append(note(thread * 100 + number, store.put_text(f"{thread} {number % 3}")))

        threads = [threading.Thread(target=write, args=(thread,)) for thread in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert list(store.records()) == seen
    reader = RunDirectory.read(tmp_path)
    assert list(reader.records()) == seen
    assert len(seen) == 1 + 8 * 20
    assert {reader.text(record.text) for record in notes(reader) if isinstance(record, NoteRecord)} == {
        f"{thread} {number}" for thread in range(8) for number in range(3)
    }


def test_a_text_that_is_gone_is_damage_told_in_a_sentence(tmp_path: Path) -> None:
    with RunDirectory.open(tmp_path / "run", SETTINGS) as store, pytest.raises(KeyError) as raised:
        store.text("0" * 64)
    assert isinstance(raised.value, MissingText)
    assert str(raised.value).endswith("texts.jsonl lacks the text 000000000000; restore it from a copy")
