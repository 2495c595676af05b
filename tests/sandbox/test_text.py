"""Text of programs is bounded and harmless."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.text import KEPT_BYTES, Capture, cleaned
from solversmith import quoting


@given(st.text())
def test_no_control_characters_are_left(text: str) -> None:
    left = {unicodedata.category(sign) for sign in cleaned(text) if sign not in "\n\t"}
    assert not left & {"Cc", "Cs"}


@given(
    st.text(st.characters(exclude_categories=["C", "Z", "Mn"], exclude_characters="\u115f\u1160\u3164\uffa0"))
)
def test_plain_text_stays(text: str) -> None:
    assert cleaned(text + "\n\tx y") == text + "\n\tx y"


def test_escape_sequences_go_whole() -> None:
    assert cleaned("\x1b[31mred\x1b[0m \x1b]0;title\x07x\r\ny\u202ez\u200b") == "red x\nyz"


# One of each stretch of Unicode's Default_Ignorable_Code_Point, and the annotations.
HIDDEN = (0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x180B, 0x180E, 0x200D, 0x202E, 0x2064, 0x206F, 0x3164,
          0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0, 0xFFFB, 0x1BCA0, 0x1D173, 0xE0041, 0xE01EF, 0xE0FFF)  # fmt: skip


@pytest.mark.parametrize("hidden", HIDDEN, ids=hex)
def test_what_nobody_sees_goes(hidden: int) -> None:
    assert cleaned(f"a{chr(hidden)}b") == quoting.cleaned(f"a{chr(hidden)}b") == "ab"


@pytest.mark.parametrize(
    "hostile", ["\x1b[" + "0" * 10**6, "\x1b[0" * 250_000, "\x1b]" * 500_000, "\x1b" * 10**6]
)
def test_cleaning_takes_time_that_grows_with_the_length_only(hostile: str) -> None:
    begin = time.process_time()
    assert "\x1b" not in cleaned(hostile)
    assert time.process_time() - begin < 2


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
