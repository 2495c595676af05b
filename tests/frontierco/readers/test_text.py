"""Bytes of a text file: unpacked by content, one kind of line end, named errors."""

import gzip
import lzma
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontierco.readers.text import read_text, shown
from solversmith.errors import BadData

TEXT = b"one\ntwo\n"


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
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
        (b"\x28\xb5\x2f\xfd....", "zstd"),
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
