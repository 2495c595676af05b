"""Programs that stand in no fence: bare in the text, or as strings of a JSON object."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from typing import Any

from solversmith.extract.programs import Rank, parse, rank

_CODE = re.compile(
    r"""(?:import|from|def|class|async[ \t]+def|if[ \t]+__name__)\b|[@#]|[rf]?['"]{3}|[A-Za-z_]\w*[ \t]*="""
)
_STATEMENT = re.compile(
    r"(?:import|from|def|class|async|if|elif|else|for|while|try|except|finally|with|return|yield|pass|raise"
    r"|assert|del|global|match|case|print)\b|[A-Za-z_][\w.]*[ \t]*(?:[=(\[:]|[-+*/%@&|^]=)"
)
_PROSE = re.compile(r"[A-Z*<`>~#|\-\d]|\W*[A-Za-z'’]+,?[ \t]+[A-Za-z'’]+")
_MOST_STARTS = 20
_MOST_CUTS = 8
_MOST_PARSED = 400_000  # characters, over all starts: parsing is slow
_MOST_STRINGS = 50


def unfenced(text: str, entry_point: str) -> tuple[Rank, str]:
    """The part of a text that reads as a program, without the prose before and behind it."""
    lines = textwrap.dedent(text).split("\n")
    most = max(1, min(_MOST_STARTS, _MOST_PARSED // (len(text) + 1)))
    starts = [index for index, line in enumerate(lines) if _CODE.match(line)][:most]
    best = (Rank.NOTHING, "")
    for start in starts:
        source = _without_tail(lines[start:])
        ranked = rank(source, entry_point)
        if ranked > best[0]:
            best = (ranked, source)
        if ranked is Rank.DEFINED:
            break
    return best


def from_json_text(text: str) -> Iterator[str]:
    """Every string of more than one line, or with a `def`, in a text that is JSON as a whole."""
    stripped = text.strip()
    if stripped[:1] not in ("{", "["):
        return
    try:
        value = json.loads(stripped, strict=False)
    except (ValueError, RecursionError):
        return
    found = (string for string in _strings(value) if "\n" in string or "def " in string)
    yield from (string for string, _ in zip(found, range(_MOST_STRINGS), strict=False))


def _without_tail(lines: list[str]) -> str:
    """The lines up to where prose begins. Where the error is not prose, all of them: a cut would hide it."""
    kept = lines
    for _ in range(_MOST_CUTS):
        broken = parse("\n".join(kept))
        if not isinstance(broken, SyntaxError) or broken.lineno is None:
            break
        cut = min(broken.lineno, len(kept)) - 1
        if cut < 1 or not _is_prose(kept[cut]):
            return "\n".join(lines) if cut else ""
        kept = kept[:cut]
    return "\n".join(kept)


def _is_prose(line: str) -> bool:
    return bool(_PROSE.match(line)) and not _STATEMENT.match(line)


def _strings(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting.extend(reversed(list(item.values())))
        elif isinstance(item, list):
            waiting.extend(reversed(item))
