"""What the writer reads: the messages of a request, and nothing else.

A program that is shown stands in a fence behind a line ``program id=... loss=... verdict=...``. What the
writer wrote before is an assistant message. Feedback stands behind a line ``feedback:``, whose next line is
``verdict: ...``. The last line of the last user message names the task.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from solversmith.contract.model import Message

_FENCE = re.compile(r"\s*(?P<ticks>`{3,})\s*(?P<language>[\w+-]*)\s*")
_PROGRAM = re.compile(r"program id=(?P<id>\S+) loss=(?P<loss>\S+) verdict=(?P<verdict>\w+).*")
_FEEDBACK = re.compile(r"^feedback:[ \t]*\nverdict:[ \t]*(?P<verdict>\w+)[ \t]*$", re.MULTILINE)
_TASK = re.compile(r"task: (?P<task>\w+) problem=(?P<problem>\S+)")


@dataclass(frozen=True)
class Shown:
    """A program as a prompt shows it; `loss` is infinite where none was told."""

    id: str
    loss: float
    verdict: str
    source: str

    @property
    def key(self) -> tuple[bool, float]:
        """Better first."""
        return (self.verdict != "ok", self.loss)


@dataclass(frozen=True)
class Round:
    """One earlier completion of this conversation and the verdict that the feedback told, if any."""

    program: str | None
    verdict: str | None


@dataclass(frozen=True)
class Reading:
    """All that the writer takes from a request."""

    task: str
    problem: str
    shown: tuple[Shown, ...]  # best first; of equal ones the first shown
    templates: tuple[str, ...]  # what stands behind a line `template:`, or else all other fenced Python
    rounds: tuple[Round, ...]
    verdict: str | None  # of the last feedback


@dataclass(frozen=True)
class _Block:
    title: str  # the last line with text before the fence
    python: bool
    body: str


def read_messages(messages: Sequence[Message]) -> Reading:
    """The task, the programs and the feedback in the messages."""
    asked = [message.content for message in messages if message.role != "assistant"]
    blocks = [block for text in asked for block in _blocks(text)]
    task, problem = _task(messages)
    rounds = tuple(_rounds(messages))
    told = [verdict for verdict in map(_verdict, asked[-1:]) if verdict]
    return Reading(
        task=task,
        problem=problem,
        shown=_shown(blocks),
        templates=_templates(blocks),
        rounds=rounds,
        verdict=told[0] if told else None,
    )


def program_in(completion: str) -> str | None:
    """The longest fenced Python program of a completion, `None` if there is none."""
    return max((block.body for block in _blocks(completion) if block.python), key=len, default=None)


def _task(messages: Sequence[Message]) -> tuple[str, str]:
    said = [message.content for message in messages if message.role == "user"]
    lines = said[-1].rstrip().splitlines() if said else []
    match = _TASK.fullmatch(lines[-1].strip()) if lines else None
    return (match["task"], match["problem"]) if match else ("draft", "")


def _shown(blocks: Sequence[_Block]) -> tuple[Shown, ...]:
    shown: dict[str, Shown] = {}
    for block in blocks:
        match = _PROGRAM.fullmatch(block.title)
        if match:
            shown[match["id"]] = Shown(match["id"], _loss(match["loss"]), match["verdict"], block.body)
    return tuple(sorted(shown.values(), key=lambda program: program.key))


def _templates(blocks: Sequence[_Block]) -> tuple[str, ...]:
    others = [block for block in blocks if block.python and not _PROGRAM.fullmatch(block.title)]
    named = [block for block in others if block.title == "template:"]
    return tuple(block.body for block in named or others)


def _loss(text: str) -> float:
    try:
        loss = float(text)
    except ValueError:
        return math.inf
    return loss if math.isfinite(loss) else math.inf


def _rounds(messages: Sequence[Message]) -> Iterator[Round]:
    for index, message in enumerate(messages):
        if message.role == "assistant":
            answers = [later.content for later in messages[index + 1 : index + 2] if later.role == "user"]
            yield Round(program_in(message.content), _verdict(answers[0]) if answers else None)


def _verdict(text: str) -> str | None:
    found = _FEEDBACK.search(text.replace("\r\n", "\n"))
    return found["verdict"] if found else None


def _blocks(text: str) -> Iterator[_Block]:
    """Fenced blocks; one that is never closed ends with the text."""
    title, ticks, python = "", "", False
    body: list[str] = []
    for line in text.splitlines(keepends=True):
        fence = _FENCE.fullmatch(line)
        if ticks:
            if fence and fence["ticks"].startswith(ticks) and not fence["language"]:
                yield _Block(title, python, "".join(body))
                title, ticks = "", ""
            else:
                body.append(line)
        elif fence:
            ticks, python, body = fence["ticks"], fence["language"].lower() in ("python", "py"), []
        elif line.strip():
            title = line.strip()
    if ticks:
        yield _Block(title, python, "".join(body))
