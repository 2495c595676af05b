"""Text of programs is bounded and harmless."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from sandbox.text import KEPT_BYTES, Capture, cleaned


@given(st.text())
def test_no_control_characters_are_left(text: str) -> None:
    left = {unicodedata.category(sign) for sign in cleaned(text) if sign not in "\n\t"}
    assert not left & {"Cc", "Cs"}


@given(st.text(st.characters(exclude_categories=["C", "Z", "Mn"])))
def test_plain_text_stays(text: str) -> None:
    assert cleaned(text + "\n\tx y") == text + "\n\tx y"


def test_escape_sequences_go_whole() -> None:
    assert cleaned("\x1b[31mred\x1b[0m \x1b]0;title\x07x\r\ny\u202ez\u200b") == "red x\nyz"


@given(st.lists(st.binary(max_size=3 * KEPT_BYTES), max_size=4))
def test_head_and_tail(pieces: list[bytes]) -> None:
    capture = Capture()
    for piece in pieces:
        capture.add(piece)
    assert capture.nbytes == sum(map(len, pieces))
    assert len(capture.text()) <= 2 * KEPT_BYTES + 100


def test_what_is_left_out_is_said() -> None:
    capture = Capture()
    for _ in range(10):
        capture.add(b"a" * KEPT_BYTES)
    capture.add(b"the end")
    text = capture.text()
    assert text.startswith("aaa")
    assert text.endswith("the end")
    assert f"... {8 * KEPT_BYTES + 7} bytes left out ..." in text


def test_cut_in_the_middle() -> None:
    text = cleaned("a" * 5000 + "end", 1000)
    assert len(text) <= 1000
    assert "cut" in text
    assert text.endswith("end")
