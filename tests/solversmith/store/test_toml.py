"""What is written reads back equal."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.store.toml import dumps

text = st.text(st.characters(exclude_categories=["Cs"]))
scalars = text | st.booleans() | st.integers() | st.floats(allow_nan=False)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(text, values, max_size=6))
def test_round_trip(table: dict[str, Any]) -> None:
    assert tomllib.loads(dumps(table)) == table


def test_a_number_keeps_its_kind() -> None:
    table = {"int": 1, "float": 1.0, "small": 1e-300, "large": 1e22, "true": True, "minus": -0.0}
    back = tomllib.loads(dumps(table))
    assert {key: (type(value), repr(value)) for key, value in back.items()} == {
        key: (type(value), repr(value)) for key, value in table.items()
    }


def test_none_is_left_out_and_tuples_are_arrays() -> None:
    assert tomllib.loads(dumps({"a": None, "b": {"c": None}, "d": (1, 2), "e": [{"f": None}]})) == {
        "b": {},
        "d": [1, 2],
        "e": [{}],
    }


def test_it_is_readable() -> None:
    table = {"seed": 1, "model": {"name": "a b"}, "packages": {"numpy": "2.0"}}
    assert dumps(table) == 'seed = 1\n\n[model]\nname = "a b"\n\n[packages]\nnumpy = "2.0"\n'


@pytest.mark.parametrize("value", [b"bytes", {1, 2}, object()])
def test_other_values_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match="a setting can't be a"):
        dumps({"key": value})


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        dumps({"key": "\udc80"})
