"""Knobs: values in a program that declare the range in which they may be changed.

A knob is an assignment on one line whose comment says so::

    CFL = 0.4  # knob: log 0.05 6.0 safe=low fast=high
    ORDER: int = 2  # knob: choice 1 2 4
    LIMITER = "minmod"  # knob: choice minmod vanleer superbee safe=low

===================  ======================================================================================
``log LO HI``        a positive number, uniform in its logarithm
``linear LO HI``     a number, uniform
``int LO HI``        a whole number, uniform
``choice A B ...``   one of these words; the value is written bare or in quotes, as it stands in the program
``safe=low|high``    optional: the end that cures failures which are not about resources
``fast=low|high``    optional: the end that cures exceeded limits of time, memory or output
===================  ======================================================================================

``low`` is LO or the first word, ``high`` is HI or the last. Where LO, HI and the value of a ``log`` or
``linear`` knob are all written without a point or exponent, only whole numbers are ever written there.
A remark may follow behind ``#``, ``;`` or ``(``. A comment that breaks these rules makes no knob.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

Value = float | int | str
LARGEST = 1e15  # a bound beyond this is malformed: whole numbers stop being exact soon after

_ASSIGNMENT = re.compile(
    r"(?P<head>\s*(?P<name>[^\W\d]\w*)\s*(?::[^=#'\"]*)?=\s*)"
    r"(?P<literal>[-+]?[\w.]+(?:[eE][-+]?\d+)?|'[\w.+-]*'|\"[\w.+-]*\")"
    r"(?P<tail>\s*\#\s*knob:(?P<text>.*))",
    re.DOTALL,
)
_MENTION = re.compile(r"#\s*knob:")
_LINE_END = re.compile(r"(\r\n|\r|\n)")
_WHOLE = re.compile(r"[-+]?\d+(?:_\d+)*")
_NUMBER = re.compile(r"[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_WORD = re.compile(r"[\w.+-]+")
_ENDS = {"low": 0.0, "high": 1.0}


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, mapped to positions from 0 to 1. A whole number owns [v, v + 1)."""

    low: float
    high: float
    logarithmic: bool
    whole: bool

    def position(self, value: Value) -> float:
        """Where a value stands on this scale, 0 at `low`, 1 at `high`; values outside count as the end."""
        number = min(max(float(value), self.low), self.high) + (0.5 if self.whole else 0.0)
        low, high = self._warped()
        return min(max((self._warp(number) - low) / (high - low), 0.0), 1.0)

    def at(self, position: float) -> Value:
        """The value at a position, rounded so that people can read it; inside the range."""
        if position <= 0.0 or position >= 1.0:
            end = self.low if position <= 0.0 else self.high
            return int(end) if self.whole else end
        low, high = self._warped()
        warped = low * (1.0 - position) + high * position
        number = math.exp(warped) if self.logarithmic else warped
        if self.whole:
            return int(min(max(math.floor(number), self.low), self.high))
        return min(max(self._rounded(number), self.low), self.high)

    def _warp(self, number: float) -> float:
        return math.log(number) if self.logarithmic else number

    def _warped(self) -> tuple[float, float]:
        return self._warp(self.low), self._warp(self.high + (1.0 if self.whole else 0.0))

    def _rounded(self, number: float) -> float:
        width = self.high - self.low
        if not self.logarithmic:
            return round(number, 3 - math.floor(math.log10(width)))
        digits = 4
        while abs(float(f"{number:.{digits}g}") - number) > 1e-3 * width and digits < 17:
            digits += 1
        return float(f"{number:.{digits}g}")


@dataclass(frozen=True)
class Choice:
    """Some words; the position of each is the middle of its equal share of 0 to 1."""

    words: tuple[str, ...]

    def position(self, value: Value) -> float:
        """Where a word stands, in the order of the declaration."""
        return (self.words.index(str(value)) + 0.5) / len(self.words)

    def at(self, position: float) -> Value:
        """The word whose share holds the position."""
        index = math.floor(position * len(self.words))
        return self.words[min(max(index, 0), len(self.words) - 1)]


@dataclass(frozen=True)
class Knob:
    """One knob as it stands in a program; `line` counts from 0."""

    name: str
    line: int
    value: Value
    scale: Range | Choice
    safe: float | None = None  # the position that cures failures which are not about resources
    fast: float | None = None  # the position that cures exceeded limits

    @property
    def position(self) -> float:
        """Where the value stands on the knob's own scale, from 0 to 1."""
        return self.scale.position(self.value)

    def takes(self, value: Value) -> bool:
        """Whether a value is one of this knob's."""
        if isinstance(self.scale, Choice):
            return value in self.scale.words
        if isinstance(value, str) or not self.scale.low <= value <= self.scale.high:
            return False
        return isinstance(value, int) or not self.scale.whole


def read(source: str) -> tuple[Knob, ...]:
    """Every knob of a program, in line order. The source need not be valid Python."""
    knobs = (_knob(number, line) for number, line in enumerate(_LINE_END.split(source)[::2]))
    return tuple(knob for knob in knobs if knob is not None)


def write(source: str, values: Mapping[int, Value]) -> str:
    """The program with new values, given by line; everything else is kept to the byte.

    Raises `ValueError` for a line without a knob, and for a value that the knob does not take.
    """
    knobs = {knob.line: knob for knob in read(source)}
    pieces = _LINE_END.split(source)
    for line, value in values.items():
        if line not in knobs or not knobs[line].takes(value):
            raise ValueError(f"line {line + 1} has no knob that takes {value!r}")
        pieces[2 * line] = _rewritten(pieces[2 * line], knobs[line], value)
    return "".join(pieces)


def malformed(source: str) -> tuple[int, ...]:
    """Lines, from 1, with a knob comment that breaks the rules and is therefore ignored."""
    lines = enumerate(_LINE_END.split(source)[::2])
    return tuple(number + 1 for number, line in lines if _MENTION.search(line) and not _knob(number, line))


def skeleton(source: str) -> str:
    """The text without its knob lines: equal for two programs exactly if only knobs tell them apart."""
    knobs = {2 * knob.line for knob in read(source)}
    pieces = enumerate(_LINE_END.split(source))
    return "".join(piece for number, piece in pieces if number not in knobs).rstrip()


def _knob(number: int, line: str) -> Knob | None:
    match = _ASSIGNMENT.fullmatch(line)
    if match is None:
        return None
    kind, *words = re.split(r"[#;(]", match["text"])[0].split() or [""]
    tags = [word for word in words if "=" in word]
    declared = words[: len(words) - len(tags)]
    ends = _tags(tags)
    if ends is None or any("=" in word for word in declared):
        return None
    literal = match["literal"]
    found = _choice(literal, declared) if kind == "choice" else _range(kind, literal, declared)
    if found is None:
        return None
    return Knob(match["name"], number, found[0], found[1], ends.get("safe"), ends.get("fast"))


def _tags(words: list[str]) -> dict[str, float] | None:
    pairs = [word.split("=", 1) for word in words]
    if any(key not in ("safe", "fast") or end not in _ENDS for key, end in pairs):
        return None
    return {key: _ENDS[end] for key, end in pairs}


def _choice(literal: str, words: list[str]) -> tuple[Value, Choice] | None:
    value = literal[1:-1] if literal[0] in "'\"" else literal
    usable = len(words) >= 2 and len(set(words)) == len(words) and all(map(_WORD.fullmatch, words))
    return (value, Choice(tuple(words))) if usable and value in words else None


def _range(kind: str, literal: str, bounds: list[str]) -> tuple[Value, Range] | None:
    texts = [literal, *bounds]
    if kind not in ("log", "linear", "int") or len(texts) != 3 or not all(map(_NUMBER.fullmatch, texts)):
        return None
    whole = all(map(_WHOLE.fullmatch, texts))
    try:
        value, low, high = (float(text) for text in texts)
    except ValueError:
        return None
    smallest = 1e-300 if kind == "log" else -LARGEST
    # A relative width too small for doubles would make every position the same value.
    if not smallest <= low < high <= LARGEST or high - low < 1e-9 * max(abs(low), abs(high)):
        return None
    if abs(value) > LARGEST or (kind == "int" and not whole):
        return None
    return int(value) if whole else value, Range(low, high, kind == "log", whole)


def _rewritten(line: str, knob: Knob, value: Value) -> str:
    match = _ASSIGNMENT.fullmatch(line)
    assert match is not None, "only lines with a knob are rewritten"
    if isinstance(value, str):
        quote = match["literal"][0] if match["literal"][0] in "'\"" else ""
        text = f"{quote}{value}{quote}"
    else:
        whole = isinstance(knob.scale, Range) and knob.scale.whole
        text = repr(value if whole else float(value))
    return match["head"] + text + match["tail"]
