"""Fenced blocks, as people and models write them: indented, in lists, never closed, with fences inside."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_OPENING = re.compile(
    r"^(?P<lead>[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`]*)$"
)
_MOST_OPENINGS = 100
_MOST_CLOSINGS = 8
_MOST_PARSED = 2_000_000  # characters, over all blocks: parsing is slow


@dataclass(frozen=True)
class Block:
    """One fenced block. `language` is the first word behind the fence, in lower case."""

    language: str
    source: str
    closed: bool


def blocks(text: str, whole: Callable[[str], bool]) -> Iterator[Block]:
    """The blocks of a text, in order.

    A fence may stand inside a docstring of the program. So of the lines that could close a block the first
    one is taken behind which the block is `whole`, or else simply the first.
    """
    lines = text.split("\n")
    most = max(2, min(_MOST_OPENINGS, _MOST_PARSED // (len(text) + 1)))
    index = openings = 0
    while index < len(lines) and openings < most:
        opening = _OPENING.match(lines[index])
        if opening is None:
            index += 1
            continue
        openings += 1
        block, after = _block(lines, index, opening, whole)
        yield block
        index = after


def _block(
    lines: Sequence[str], start: int, opening: re.Match[str], whole: Callable[[str], bool]
) -> tuple[Block, int]:
    """The block that opens at `start`, and the line to go on from."""
    language = (opening["info"].split() or [""])[0].lower()
    ends = _endings(lines, start, opening["fence"])
    sources = [_source(lines, start, end, opening) for end in ends]
    chosen = next((index for index, source in enumerate(sources) if whole(source)), None)
    if chosen is not None:
        return Block(language, sources[chosen], closed=True), ends[chosen] + 1
    if not ends:
        rest = _source(lines, start, len(lines), opening)
        # Blocks inside one that is never closed are still looked at.
        return Block(language, rest, closed=False), len(lines) if whole(rest) else start + 1
    inner = any(_OPENING.match(line) for line in lines[start + 1 : ends[0]])
    return Block(language, sources[0], closed=True), start + 1 if inner else ends[0] + 1


def _endings(lines: Sequence[str], start: int, fence: str) -> list[int]:
    closing = re.compile(rf"{re.escape(fence)}{re.escape(fence[0])}*[ \t]*$")
    found = (index for index in range(start + 1, len(lines)) if closing.search(lines[index]))
    return [index for index, _ in zip(found, range(_MOST_CLOSINGS), strict=False)]


def _source(lines: Sequence[str], start: int, end: int, opening: re.Match[str]) -> str:
    body = list(lines[start + 1 : end])
    if end < len(lines):  # a last line of code may have the closing fence glued to it
        last = lines[end].rstrip().rstrip(opening["fence"][0])
        body += [last] if last.strip(" \t>") else []
    if ">" in opening["lead"]:
        body = [re.sub(r"^[ \t]*>[ \t]?", "", line) for line in body]
    return textwrap.dedent("\n".join(body))
