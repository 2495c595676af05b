"""Nothing that a program or a model writes can steer a terminal, and no NaN becomes JSON."""

from __future__ import annotations

import json
import math
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.cli.terminal import clean, one_line, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b]0;owned\x07", r"\x1b[2J\x1b]0;owned\x07"),
        ("a\rb", r"a\rb"),
        ("\x9b31m", r"\x9b31m"),
        ("abc\u202edef", r"abc\u202edef"),
        ("a\u2029b\ufe0fc\U000e0041", r"a\u2029b\ufe0fc\U000e0041"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("u_t = ν u_xx ✓", "u_t = ν u_xx ✓"),
        ("\ud800", r"\ud800"),
    ],
)
def test_what_could_steer_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert clean(text) == shown


@given(st.text(alphabet=st.characters(codec=None), max_size=50))
def test_no_control_character_is_left(text: str) -> None:
    left = {unicodedata.category(character) for character in clean(text) if character not in "\t\n"}
    assert not left & {"Cc", "Cs", "Zl", "Zp"}


@given(st.text(max_size=300), st.integers(min_value=2, max_value=100))
def test_one_line_is_one_line_and_bounded(text: str, most: int) -> None:
    line = one_line(text, most)
    assert "\n" not in line
    assert len(line) <= most


Values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(Values)
def test_whatever_is_measured_becomes_strict_json(value: object) -> None:
    json.dumps(plain(value), allow_nan=False)


def test_numbers_stay_numbers() -> None:
    given_values = {"a": np.float64(0.5), "b": np.int64(3), "c": np.array([1.0, math.nan]), 4: (True, None)}
    assert plain(given_values) == {"a": 0.5, "b": 3, "c": [1.0, None], "4": [True, None]}
