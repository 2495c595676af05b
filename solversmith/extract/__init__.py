"""The program in a reply, whatever shape the reply has. Nothing of it is ever run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from solversmith.extract.fences import Block, blocks
from solversmith.extract.loose import from_json_text, unfenced
from solversmith.extract.programs import Rank, completed, rank
from solversmith.extract.reasoning import without_reasoning

_MOST_DEPTH = 2  # a program in a JSON string in a fence
_LANGUAGE_LINE = re.compile(r"\A\s*(?:python3?|py)[ \t]*\n", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")


def extract(text: str, entry_point: str, *, cut: bool = False) -> str | None:
    """The program that defines `entry_point`, `None` if the text has none.

    Of several fenced blocks the last one counts that parses and defines the entry point; earlier blocks
    that define names it lacks are put before it. Else a block that contains its ``def`` but does not
    parse, as it is: that is a syntax error, and the model is told so. Without any such fence, the part of
    the text that reads as Python. Reasoning in ``<think>`` tags counts only where nothing else is found.

    `cut`: the text breaks off somewhere. Then nothing counts but a block that is closed, outside reasoning,
    and that parses: half a program can parse, too, and must not be taken for a whole one.
    """
    if entry_point not in text:
        return None
    text = _SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff"))
    if cut:
        ranked, source = _in_fences(without_reasoning(text), entry_point, 0, closed=True)
        return source.strip("\n") + "\n" if ranked is Rank.DEFINED else None
    readings = (_found(reading, entry_point, 0) for reading in _readings(text))
    best = max(readings, key=lambda found: found[0])
    return None if best[0] is Rank.NOTHING else best[1].strip("\n") + "\n"


def _readings(text: str) -> Iterator[str]:
    """Without the reasoning first: of equal readings the first wins."""
    spoken = without_reasoning(text)
    yield spoken
    if spoken != text:
        yield text


def _found(text: str, entry_point: str, depth: int) -> tuple[Rank, str]:
    if depth > _MOST_DEPTH:
        return Rank.NOTHING, ""
    fenced = _in_fences(text, entry_point, depth)
    if fenced[0] is Rank.DEFINED:
        return fenced
    inner = (_found(string, entry_point, depth + 1) for string in from_json_text(text))
    others = [*inner, unfenced(_LANGUAGE_LINE.sub("", text), entry_point)]
    return max([fenced, *others], key=lambda found: found[0])


def _in_fences(text: str, entry_point: str, depth: int, closed: bool = False) -> tuple[Rank, str]:
    found: list[tuple[Rank, str]] = []
    for block in blocks(text, lambda source: rank(source, entry_point) is Rank.DEFINED):
        if block.closed or not closed:
            found.append(_in_block(block, entry_point, depth))
    if not found:
        return Rank.NOTHING, ""
    best = max(range(len(found)), key=lambda index: (found[index][0], index))
    ranked, source = found[best]
    if ranked is Rank.DEFINED:
        source = completed(source, [earlier for _, earlier in found[:best]])
    return ranked, source


def _in_block(block: Block, entry_point: str, depth: int) -> tuple[Rank, str]:
    source = _LANGUAGE_LINE.sub("", block.source)
    if not block.closed:
        trimmed = unfenced(source, entry_point)
        if trimmed[0] is Rank.DEFINED:
            return trimmed
    if block.language == "json":
        inner = (_found(string, entry_point, depth + 1) for string in from_json_text(source))
        return max(inner, key=lambda found: found[0], default=(Rank.NOTHING, source))
    return rank(source, entry_point), source
