"""Programs as HTML: highlighted, and as a diff to what they came from. Untrusted text stays text."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from html import escape

from solversmith.quoting import cleaned

_MOST_HIGHLIGHTED = 60_000  # characters; a longer program is shown plain
_CONTEXT = 3


def highlighted(program: str) -> str:
    """Python with its keywords, names of functions, strings, numbers and comments in `span`s."""
    program = cleaned(program)
    if len(program) > _MOST_HIGHLIGHTED:
        return escape(program)
    from pygments.lexers.python import PythonLexer

    parts: list[tuple[str, str]] = []
    for kind, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens(program):
        style = _style(str(kind))
        if parts and parts[-1][0] == style:
            parts[-1] = (style, parts[-1][1] + text)
        else:
            parts.append((style, text))
    return "".join(f"<i class={style}>{escape(text)}</i>" if style else escape(text) for style, text in parts)


def diff(old: str, new: str) -> str:
    """Unified diff, each line in a `span` of class add, del or hunk; empty where nothing differs."""
    lines = difflib.unified_diff(
        cleaned(old).splitlines(), cleaned(new).splitlines(), n=_CONTEXT, lineterm=""
    )
    return "\n".join(_lines(lines))


def _lines(lines: Iterable[str]) -> Iterable[str]:
    for number, line in enumerate(lines):
        if number < 2:
            continue  # the names of files, of which there are none
        kind = {"+": "add", "-": "del", "@": "hunk"}.get(line[:1])
        yield f"<span class={kind}>{escape(line)}</span>" if kind else escape(line)


def _style(kind: str) -> str:
    """One letter for what is coloured, nothing for the rest, which is most of a program."""
    for prefix, style in (
        ("Token.Keyword", "k"),
        ("Token.Operator.Word", "k"),
        ("Token.Literal.String", "s"),
        ("Token.Literal.Number", "m"),
        ("Token.Comment", "c"),
        ("Token.Name.Function", "f"),
        ("Token.Name.Class", "f"),
    ):
        if kind.startswith(prefix):
            return style
    return ""
