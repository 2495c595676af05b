"""JSON that nobody trusts, read strictly: one linear pass, no recursion, one kind of error.

Stricter than RFC 8259, and than the standard library's parser, where programs would otherwise have a say in
what a value means:

- UTF-8 without a byte order mark, and no lone surrogate, written out or escaped;
- no NaN or Infinity, and no number that would become one (`1e999`);
- whole numbers lie between -(2**63 - 1) and 2**63 - 1;
- no key twice in one object;
- at most `most_bytes` bytes, and at most `most_depth` objects and arrays around a value.

What comes back is made of `dict`, `list`, `str`, `int`, `float`, `bool` and `None`, and can be written as
JSON again. It takes up to about 35 times the memory of its text.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from sandbox.spec import JsonSpec
from sandbox.text import cleaned

MOST_INTEGER = 2**63 - 1
_MOST_DIGITS = len(str(MOST_INTEGER))
_MOST_MESSAGE = 300
_FOUND = 20  # characters that are shown of what stands where something else was expected
_SPACE = re.compile(r"[ \t\n\r]*+")
# Possessive, so that no text makes the matcher go back: it is as long as the program likes.
_STRING = re.compile(r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)((?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS = {"t": ("true", True), "f": ("false", False), "n": ("null", None)}


class BadJson(ValueError):
    """Text that is no JSON in the sense of this module.

    `position` counts characters from 0, or bytes where the text is not UTF-8. The message says what was
    expected there; it is short, and harmless to print.
    """

    def __init__(self, position: int, why: str) -> None:
        super().__init__(cleaned(f"position {position}: {why}", _MOST_MESSAGE))
        self.position = position


def loads(data: bytes, spec: JsonSpec) -> Any:
    """The value that a text stands for. Raises `BadJson`, and nothing else, for any bytes."""
    if len(data) > spec.most_bytes:
        raise BadJson(spec.most_bytes, f"the text has {len(data)} bytes, at most {spec.most_bytes} expected")
    if data.startswith(b"\xef\xbb\xbf"):
        raise BadJson(0, "a byte order mark, a value expected")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadJson(error.start, f"byte 0x{data[error.start]:02x} is not UTF-8") from None
    return _Reader(text, spec.most_depth).document()


class _Reader:
    """One text. `at` is the place of the next character."""

    def __init__(self, text: str, most_depth: int) -> None:
        self.text, self.most_depth, self.at = text, most_depth, 0
        self.open: list[tuple[dict[str, Any] | list[Any], str]] = []  # around `at`, with the key that waits

    def document(self) -> Any:
        """The whole text's value."""
        while True:
            value, whole = self._begin()
            while whole:
                if not self.open:
                    if self._next():
                        self._fail("the end expected")
                    return value
                value, whole = self._put(value)

    def _begin(self) -> tuple[Any, bool]:
        """A value and whether it is whole: else it was opened, and one inside of it comes next."""
        sign = self._next()
        if sign == '"':
            return self._string(), True
        if sign in ("{", "["):
            return self._opened(sign)
        if sign in _WORDS:
            word, value = _WORDS[sign]
            if not self.text.startswith(word, self.at):
                self._fail("a value expected")
            self.at += len(word)
            return value, True
        return self._number(), True

    def _opened(self, sign: str) -> tuple[Any, bool]:
        if len(self.open) >= self.most_depth:
            self._fail(f"nested more than {self.most_depth} deep, no {sign} expected")
        self.at += 1
        made: dict[str, Any] | list[Any] = {} if sign == "{" else []
        if self._next() == ("}" if sign == "{" else "]"):
            self.at += 1
            return made, True
        self.open.append((made, self._key(made) if isinstance(made, dict) else ""))
        return None, False

    def _put(self, value: Any) -> tuple[Any, bool]:
        """Put a value into what is open; then as `_begin`."""
        into, key = self.open[-1]
        if isinstance(into, dict):
            into[key], end = value, "}"
        else:
            into.append(value)
            end = "]"
        sign = self._next()
        if sign == end:
            self.at += 1
            self.open.pop()
            return into, True
        if sign != ",":
            self._fail(f"',' or '{end}' expected")
        self.at += 1
        if isinstance(into, dict):
            self._next()
            self.open[-1] = (into, self._key(into))
        return None, False

    def _key(self, into: dict[str, Any]) -> str:
        begin = self.at
        if not self.text.startswith('"', begin):
            self._fail("a key in double quotes expected")
        key = self._string()
        if key in into:
            self.at = begin
            self._fail("a key that is not there yet expected")
        if self._next() != ":":
            self._fail("':' expected")
        self.at += 1
        return key

    def _next(self) -> str:
        """The next sign that is no space; at the end nothing."""
        sign = self.text[self.at : self.at + 1]
        if sign and sign in " \t\n\r":
            found = _SPACE.match(self.text, self.at)
            assert found is not None
            self.at = found.end()
            sign = self.text[self.at : self.at + 1]
        return sign

    def _string(self) -> str:
        found = _STRING.match(self.text, self.at)
        if found is None:
            self._fail("a string expected, without control characters, odd escapes, or open end")
        token = found[0]
        value = token[1:-1]
        if "\\" in token:
            value = json.loads(token)
            if _SURROGATE.search(value):
                self._fail("half of a surrogate pair, a string that is Unicode expected")
        self.at = found.end()
        return value

    def _number(self) -> int | float:
        found = _NUMBER.match(self.text, self.at)
        if found is None:
            self._fail("a value expected")
        token = found[0]
        if found[1]:
            value = float(token)
            if math.isinf(value):
                self._fail("a number that a double can hold expected")
            self.at = found.end()
            return value
        # Long ones are refused unread: reading takes time that grows with the square of their length.
        if len(token) > _MOST_DIGITS + 1 or abs(int(token)) > MOST_INTEGER:
            self._fail("a whole number between -(2**63 - 1) and 2**63 - 1 expected")
        self.at = found.end()
        return int(token)

    def _fail(self, expected: str) -> NoReturn:
        found = self.text[self.at : self.at + _FOUND]
        shown = "the end" if not found else ascii(found)
        raise BadJson(self.at, f"{expected}, found {shown}")
