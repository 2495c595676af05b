"""JSON read strictly: what is allowed survives, and everything else is one kind of error, soon."""

from __future__ import annotations

import json
import math
import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sandbox.spec import JsonSpec
from sandbox.strict_json import MOST_INTEGER, BadJson, loads

SPEC = JsonSpec(1 << 20)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MOST_INTEGER, MOST_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
spaces = st.sampled_from(["", " ", "\n", "\t\r\n  "])


def same(one: Any, other: Any) -> bool:
    """Equal with equal types, -0.0 and 0.0 told apart."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float):
        return one == other and math.copysign(1, one) == math.copysign(1, other)
    return bool(one == other)


def read(data: bytes, spec: JsonSpec = SPEC) -> Any:
    """The value, which is plain and can be written again; or `BadJson`."""
    value = loads(data, spec)
    assert same(json.loads(json.dumps(value, allow_nan=False)), value)
    return value


@given(values, st.booleans(), spaces, st.sampled_from([(",", ":"), (" , ", "\t:\n")]))
def test_what_is_allowed_survives(value: Any, escaped: bool, space: str, separators: tuple[str, str]) -> None:
    text = space + json.dumps(value, ensure_ascii=escaped, separators=separators) + space
    assert same(read(text.encode()), value)


@given(values, st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=3)), min_size=1, max_size=3))
def test_any_change_gives_a_value_or_the_one_error(value: Any, changes: list[tuple[int, bytes]]) -> None:
    data = json.dumps(value, ensure_ascii=False).encode()
    for place, put in changes:
        place %= len(data) + 1
        data = data[:place] + put + data[place + 1 :]
    agrees_with_the_standard_library(data)


@given(st.text('[]{}",:0123456789.eE+-\\untrfals /\x00\ufeff\ud800é', max_size=30))
@example('"\\ud83d\\ude00"')
@example('"\\ude00\\ud83d"')
@example("-0")
@example("01")
def test_any_text_gives_a_value_or_the_one_error(text: str) -> None:
    agrees_with_the_standard_library(text.encode("utf-8", "surrogatepass"))


def agrees_with_the_standard_library(data: bytes) -> None:
    """Whatever is read here is read there as the same value; what is refused there is refused here."""
    value = read_or_refused(data)
    if not isinstance(value, BadJson):
        assert same(json.loads(data.decode()), value)


def read_or_refused(data: bytes) -> Any:
    """The value, or a `BadJson` that can be shown."""
    try:
        return read(data)
    except BadJson as caught:
        error = caught
    assert 0 <= error.position <= len(data)
    assert str(error).isprintable()
    assert len(str(error)) <= 300
    return error


@pytest.mark.parametrize(
    ("data", "position", "why"),
    [
        (b"", 0, "a value expected, found the end"),
        (b" ", 1, "a value expected, found the end"),
        (b"NaN", 0, "a value expected"),
        (b"[1, NaN]", 4, "a value expected, found 'NaN]'"),
        (b"Infinity", 0, "a value expected"),
        (b"-Infinity", 0, "a value expected"),
        (b"nul", 0, "a value expected"),
        (b"truex", 4, "the end expected"),
        (b"1e999", 0, "a double can hold"),
        (b"-1e999", 0, "a double can hold"),
        (b"9" * 400 + b".0", 0, "a double can hold"),
        (b"9223372036854775808", 0, "whole number between"),
        (b"-9223372036854775808", 0, "whole number between"),
        (b"1" * 5000, 0, "whole number between"),
        (b"01", 1, "the end expected"),
        (b"-", 0, "a value expected"),
        (b"+1", 0, "a value expected"),
        (b".5", 0, "a value expected"),
        (b"1.", 1, "the end expected"),
        (b"0x10", 1, "the end expected"),
        ("[١]".encode(), 1, "a value expected"),
        (b'{"a": 1, "a": 1}', 9, "not there yet expected, found '\"a\": 1}'"),
        (b'{"a": 1, "\\u0061": 2}', 9, "not there yet"),
        (b'[{"b": {"a": 1, "a": 1}}]', 16, "not there yet"),
        (b'{"a": {"a": 1}, "a": 2}', 16, "not there yet"),
        (b"{1: 2}", 1, "a key in double quotes"),
        (b"{'a': 2}", 1, "a key in double quotes"),
        (b'{"a"}', 4, "':' expected"),
        (b'{"a": 1,}', 8, "a key in double quotes"),
        (b"[1,]", 3, "a value expected"),
        (b"[1 2]", 3, "',' or ']' expected"),
        (b'{"a": 1]', 7, "',' or '}' expected"),
        (b"[", 1, "a value expected, found the end"),
        (b"[1", 2, "',' or ']' expected, found the end"),
        (b"1 2", 2, "the end expected"),
        (b"1\x00", 1, "the end expected, found '\\x00'"),
        (b'"a\x00b"', 0, "a string expected"),
        (b'"a\nb"', 0, "a string expected"),
        (b'"\\x41"', 0, "a string expected"),
        (b'"\\u12g4"', 0, "a string expected"),
        (b'"abc', 0, "a string expected"),
        (b'"\\ud800"', 0, "half of a surrogate pair"),
        (b'["", "\\udc00\\ud800"]', 5, "half of a surrogate pair"),
        (b'{"\\ud800": 1}', 1, "half of a surrogate pair"),
        (b"\xef\xbb\xbf1", 0, "byte order mark"),
        ("1\ufeff".encode(), 1, "the end expected"),
        ("\u00a01".encode(), 0, "a value expected"),
        (b'"\xff"', 1, "byte 0xff is not UTF-8"),
        (b'"\xed\xa0\x80"', 1, "not UTF-8"),
        (b'"\xc0\x80"', 1, "not UTF-8"),
        (b'"\xf0\x9f\x98"', 1, "not UTF-8"),
        ("1".encode("utf-16-le"), 1, "the end expected"),
        (b"/* */ 1", 0, "a value expected"),
    ],
)
def test_what_is_none_is_refused_where_it_is(data: bytes, position: int, why: str) -> None:
    with pytest.raises(BadJson) as caught:
        read(data)
    assert why in str(caught.value)
    assert caught.value.position == position


@pytest.mark.parametrize("sign", ["[", '{"a":'])
def test_depth_is_bounded_to_the_level(sign: str) -> None:
    end = "]" if sign == "[" else "}"
    deep = (sign * 64 + "1" + end * 64).encode()
    assert read(deep) is not None
    for data in (sign.encode() + deep + end.encode(), sign.encode() * 200_000, b"[" * 64 + b"{}"):
        with pytest.raises(BadJson, match="nested more than 64 deep"):
            read(data)
    assert read(b"7", JsonSpec(1, most_depth=0)) == 7
    with pytest.raises(BadJson, match="nested more than 0 deep"):
        read(b"[]", JsonSpec(2, most_depth=0))


def test_size_is_bounded_to_the_byte() -> None:
    assert read("é".encode().join([b'"', b'"']), JsonSpec(4)) == "é"
    with pytest.raises(BadJson, match="5 bytes, at most 4"):
        read(b"12345", JsonSpec(4))


@pytest.mark.parametrize(
    "data",
    [
        b"9" * 10**6,
        b"-" + b"9" * 10**6,
        b"0." + b"3" * 10**6,
        b"1" * 10**6 + b"e-999999",
        b'"' + b'\\"' * 500_000,
        b'"' + b"\\" * 10**6,
        b" " * 10**6,
        b"[" + b'"' * 10**6,
        b'"' + b"\\ud800" * 160_000 + b'"',
        b"{" + b'"":0,' * 200_000 + b"}",
    ],
    ids=lambda data: ascii(data[:8]),
)
def test_time_grows_with_the_length_only(data: bytes) -> None:
    begin = time.process_time()
    read_or_refused(data)
    assert time.process_time() - begin < 2


def test_what_a_message_shows_is_harmless_and_short() -> None:
    with pytest.raises(BadJson) as caught:
        read("[\x1b[31m\u202e\U000e0041 red".encode())
    assert str(caught.value).isascii()
    assert str(caught.value).isprintable()
