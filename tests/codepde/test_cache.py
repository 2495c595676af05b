"""References kept on disk."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from codepde.cache import ReferenceCache, default_root, key
from codepde.references.reference import Reference
from solversmith.errors import MissingPrerequisite

STATE = {"u0": np.linspace(0.0, 1.0, 8), "v0": np.ones(8)}
FIELDS = dict(zip("uv", np.random.default_rng(1).normal(size=(2, 5, 8)), strict=True))
REFERENCE = Reference(FIELDS, {"u": 3e-8, "v": 1e-9}, {"modes": 512}, floor=1e-4)
ABOUT = {"equation": "u_t = 0", "coefficients": {"nu": 0.1}, "version": "toy/1"}


@pytest.fixture
def cache(tmp_path: Path) -> ReferenceCache:
    return ReferenceCache(tmp_path / "cache")


def same(one: Reference | None, other: Reference) -> bool:
    return (
        one is not None
        and list(one.fields) == list(other.fields)
        and all(np.array_equal(one.fields[name], field) for name, field in other.fields.items())
        and (one.estimates, one.detail, one.floor) == (other.estimates, other.detail, other.floor)
    )


def test_what_is_stored_comes_back_to_the_bit(cache: ReferenceCache) -> None:
    name = key(ABOUT, STATE)
    assert cache.load(name) is None
    cache.store(name, REFERENCE)
    assert same(cache.load(name), REFERENCE)
    assert [file.name for file in cache.path(name).parent.iterdir()] == [f"{name}.h5"]


def test_the_key_is_of_the_whole_content() -> None:
    keys = {
        key(ABOUT, STATE),
        key(ABOUT, {**STATE, "v0": np.nextafter(STATE["v0"], 2.0)}),
        key(ABOUT, {"u0": STATE["u0"]}),
        key(ABOUT, {"v0": STATE["u0"], "u0": STATE["v0"]}),
        key({**ABOUT, "version": "toy/2"}, STATE),
        key({**ABOUT, "coefficients": {"nu": 0.2}}, STATE),
    }
    assert len(keys) == 6
    other = {name: array.astype(">f8") for name, array in STATE.items()}
    assert key(dict(reversed(ABOUT.items())), other) == key(ABOUT, STATE)


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "byte", "swapped"])
def test_a_damaged_file_is_found_removed_and_made_anew(cache: ReferenceCache, damage: str) -> None:
    name = key(ABOUT, STATE)
    cache.store(name, REFERENCE)
    path = cache.path(name)
    content = path.read_bytes()
    place = content.index(FIELDS["v"].tobytes()[80:96])
    path.write_bytes(
        {
            "cut": content[: len(content) // 2],
            "empty": b"",
            "text": b"not HDF5 at all",
            "byte": content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :],
            "swapped": content.replace(b"3e-08", b"1e-08"),
        }[damage]
    )
    assert cache.load(name) is None
    assert not path.exists()
    cache.store(name, REFERENCE)
    assert same(cache.load(name), REFERENCE)


@pytest.mark.parametrize("error", [errno.EMFILE, errno.EACCES, errno.EIO])
def test_a_good_file_that_can_not_be_read_now_is_left_alone(
    cache: ReferenceCache, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    name = key(ABOUT, STATE)
    cache.store(name, REFERENCE)

    def refused(path: Path) -> bytes:
        raise OSError(error, os.strerror(error), str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", refused)
        with pytest.raises(MissingPrerequisite, match=os.strerror(error)):
            cache.load(name)
    assert same(cache.load(name), REFERENCE)


def test_a_process_without_free_descriptors_removes_nothing(cache: ReferenceCache) -> None:
    name = key(ABOUT, STATE)
    cache.store(name, REFERENCE)
    script = f"""
import resource, sys
from pathlib import Path
import h5py
from codepde.cache import ReferenceCache
from solversmith.errors import MissingPrerequisite
resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
try:
    ReferenceCache(Path({str(cache.root)!r})).load({name!r})
except MissingPrerequisite:
    sys.exit(7)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 7
    assert same(cache.load(name), REFERENCE)


def test_a_damaged_file_that_can_not_be_removed_is_passed_over(
    cache: ReferenceCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = key(ABOUT, STATE)
    cache.store(name, REFERENCE)
    cache.path(name).write_bytes(b"not HDF5 at all")

    def refused(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "unlink", refused)
    assert cache.load(name) is None
    assert cache.path(name).exists()


def test_processes_that_write_the_same_file_do_no_harm(cache: ReferenceCache) -> None:
    script = f"""
import numpy as np
from pathlib import Path
from codepde.cache import ReferenceCache
from codepde.references.reference import Reference
fields = dict(zip("uv", np.random.default_rng(1).normal(size=(2, 5, 8)), strict=True))
reference = Reference(fields, {{"u": 3e-8, "v": 1e-9}}, {{"modes": 512}}, floor=1e-4)
cache = ReferenceCache(Path({str(cache.root)!r}))
for _ in range(40):
    cache.store("ab" * 32, reference)
    assert cache.load("ab" * 32) is not None
"""
    writers = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(2)]
    while any(writer.poll() is None for writer in writers):
        found = cache.load("ab" * 32)
        assert found is None or same(found, REFERENCE)
    assert [writer.returncode for writer in writers] == [0, 0]
    assert same(cache.load("ab" * 32), REFERENCE)


def test_a_folder_that_can_not_be_written_to_is_a_missing_prerequisite(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = ReferenceCache(tmp_path / "file")
    with pytest.raises(MissingPrerequisite, match="another folder with --cache"):
        cache.store("ab" * 32, REFERENCE)
    with pytest.raises(MissingPrerequisite, match="another folder with --cache"):
        cache.check(["ab" * 32])


def test_a_full_disk_is_told_in_its_own_words_and_leaves_nothing(
    cache: ReferenceCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(MissingPrerequisite, match=r"\(No space left on device\); make room") as caught:
        cache.store("ab" * 32, REFERENCE)
    assert len(str(caught.value).splitlines()) == 1
    assert [*cache.path("ab" * 32).parent.iterdir()] == []


def test_checking_leaves_nothing(cache: ReferenceCache) -> None:
    cache.check(["ab" * 32, "cd" * 32])
    assert [file for file in cache.root.rglob("*") if file.is_file()] == []


def test_the_default_is_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_root() == tmp_path / "solversmith"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for unusable in ("", "relative/path"):
        monkeypatch.setenv("XDG_CACHE_HOME", unusable)
        assert default_root() == tmp_path / "home" / ".cache" / "solversmith"
