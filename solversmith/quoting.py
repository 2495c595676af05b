"""Text of programs that nobody trusts, made fit to stand in a prompt."""

from __future__ import annotations

import re

# As a class of a regular expression: C0 and C1 controls but for tab and newline, lone surrogates, and what
# reorders or hides what stands beside it (all that Unicode calls ignorable by default, and more): a person
# does not see a sentence of tags or variation selectors, and a language model reads it.
UNSEEN = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff"
)
_CONTROL = re.compile(f"[{UNSEEN}]")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_ESCAPE = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"
    "|(?:\x1b\\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x9c|\x1b\\\\)?"
    "|\x1b[@-Z\\\\-_]"
)
_BACKTICKS = re.compile("`{3,}|~{3,}")
MOST_CHARACTERS = 4000


def cleaned(text: str) -> str:
    """Without control characters and terminal escapes; every line ends with a newline character."""
    return _CONTROL.sub("", _LINE_END.sub("\n", _ESCAPE.sub("", text)))


def capped(text: str, most: int = MOST_CHARACTERS) -> str:
    """The beginning and the end of a text that is too long: a traceback says what broke at its end."""
    if len(text) <= most:
        return text
    head = most // 3
    left_out = len(text) - most
    return f"{text[:head]}\n[{left_out} characters left out]\n{text[len(text) - (most - head) :]}"


def quoted(text: str, most: int = MOST_CHARACTERS) -> str:
    """The text in a fence that it can't close, each line behind `| `: it can't pose as a line of ours."""
    plain = _BACKTICKS.sub(lambda run: "'" * len(run[0]), capped(cleaned(text).strip("\n"), most))
    lines = (f"| {line}".rstrip() for line in plain.split("\n"))
    return "\n".join(["```text", *lines, "```"])


def program_fence(program: str) -> str:
    """The program in a fence that is longer than any run of backticks in it."""
    longest = max((len(run) for run in re.findall("`+", program)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}python\n{program.rstrip()}\n{fence}"
