"""Bytes of a text file: unpacked by content, one kind of line end, named errors."""

import gzip
import importlib
import lzma
from pathlib import Path
from types import SimpleNamespace

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from frontierco.readers.text import read_text, shown
from solversmith.errors import BadData

TEXT = b"one\ntwo\n"


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress, zstandard.compress])
def test_packing_is_told_by_content_whatever_the_name(tmp_path: Path, pack) -> None:
    file = tmp_path / "E1k.0"
    file.write_bytes(pack(TEXT))
    assert read_text(file) == TEXT


def test_line_ends_become_one(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"a\r\nb\rc\n")
    assert read_text(file) == b"a\nb\nc\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (gzip.compress(b"", mtime=0), "empty"),
        (b"\x89PNG\x00\x01", "binary"),
        (gzip.compress(TEXT, mtime=0)[:-6], "damaged or truncated"),
        (lzma.compress(TEXT)[:-6], "damaged or truncated"),
        (b"\x1f\x8bnonsense", "damaged or truncated"),
        (zstandard.compress(TEXT)[:-2], "damaged or truncated"),
        (zstandard.compress(TEXT) + zstandard.compress(TEXT)[:-2], "damaged or truncated"),
        (b"\x28\xb5\x2f\xfd....", "damaged or truncated"),
    ],
)
def test_what_is_no_text_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "x.tsp"
    file.write_bytes(content)
    with pytest.raises(BadData, match=words) as caught:
        read_text(file)
    assert caught.value.file == file


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="No such file"):
        read_text(tmp_path / "nothing")


@given(st.binary(max_size=200))
def test_a_shown_token_is_short_and_printable(token: bytes) -> None:
    assert shown(token).isprintable()
    assert len(shown(token)) <= 90


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbf" + TEXT)
    assert read_text(tmp_path / "a") == TEXT


def test_several_frames_of_zstd_are_one_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(zstandard.compress(TEXT) + zstandard.compress(b"three\n"))
    assert read_text(tmp_path / "a") == TEXT + b"three\n"


def without(*names: str, **instead: object):
    real = importlib.import_module

    def import_module(name: str):
        if name in instead:
            return instead[name]
        if name in names:
            raise ModuleNotFoundError(name=name)
        return real(name)

    return import_module


def test_without_anything_that_unpacks_zstd_the_remedy_is_named(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "a.zst").write_bytes(zstandard.compress(TEXT))
    monkeypatch.setattr(importlib, "import_module", without("compression.zstd", "zstandard"))
    with pytest.raises(BadData, match=r"packed by zstd: unpack it, .*pip install 'solversmith\[zstd\]'"):
        read_text(tmp_path / "a.zst")


def test_the_standard_library_goes_first(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "a.zst").write_bytes(zstandard.compress(TEXT))
    standard = SimpleNamespace(decompress=lambda packed: b"by the library\n", ZstdError=ValueError)
    monkeypatch.setattr(importlib, "import_module", without("zstandard", **{"compression.zstd": standard}))
    assert read_text(tmp_path / "a.zst") == b"by the library\n"
