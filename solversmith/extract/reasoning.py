"""What of a reply is said, and what is thought."""

from __future__ import annotations

import re

_REASONING = re.compile(r"<(?P<end>/?)(?:think|thinking|thought|reasoning)>", re.IGNORECASE)


def without_reasoning(text: str) -> str:
    """What stands outside reasoning tags; an end without a beginning ends reasoning that began the text."""
    kept: list[str] = []
    depth = start = 0
    for tag in _REASONING.finditer(text):
        if depth == 0:
            kept.append(text[start : tag.start()])
        if tag["end"] and depth == 0:
            kept.clear()
        depth = max(0, depth - 1) if tag["end"] else depth + 1
        start = tag.end()
    return "".join([*kept, text[start:] if depth == 0 else ""])
