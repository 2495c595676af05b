"""What a reply asks for: that its program is run, or that it is handed in."""

from __future__ import annotations

import re

from solversmith.extract.reasoning import without_reasoning

_FENCE = re.compile(r"[ \t>]*(?P<fence>`{3,}|~{3,})")
_ACTION = re.compile(r"[\s>*_`#-]*action[\s*_`]*[:=][\s*_`\"']*(?P<word>run|hand)\b", re.IGNORECASE)


def asks_to_run(text: str) -> bool:
    """Whether the last line `action: ...` outside fences and reasoning says `run`. Without one: no."""
    word, fence = "", ""
    for line in without_reasoning(text).splitlines():
        mark = _FENCE.match(line)
        if mark is not None and (not fence or mark["fence"].startswith(fence)):
            fence = "" if fence else mark["fence"]
        elif not fence and (found := _ACTION.match(line)) is not None:
            word = found["word"].lower()
    return word == "run"
