"""The model `scripted:FILE`: answers from a file, for tests, demonstrations and hand-written programs.

A file that ends in `.jsonl` has one object a line:

    {"text": "...", "sample": 0, "round": 1, "task": "debug", "role": "writer", "usage": {...}}

Only `text` is needed. `sample` is the number of the proposal, `round` how many answers the conversation
already holds, `task` the word after `task:` in the last message. An answer fits a request if every key that
it states is equal; of those that fit, the one that states most keys is given, and of these the first.
Without `round`, answers with equal other keys are those to rounds 0, 1, 2, ...; `"round": null` fits all.
`usage` may state `input_tokens`, `output_tokens`, `cached_tokens`, `reasoning_tokens`; otherwise four bytes
count as a token. `finish_reason` and `reasoning` may be stated too.

Any other file is text (Markdown): a line `## answer`, with keys such as `sample=0 round=1`, begins each
answer; a file without such a line is one answer for all.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from solversmith.contract.model import FREE, Completion, Price, Request, TokenUsage
from solversmith.errors import BadData, MissingPrerequisite, UsageError
from solversmith.models.prices import price_of
from solversmith.records.codec import sha256

SUMMARY = "answers from FILE (JSON lines or Markdown), chosen by sample, round and task; scripted:FILE"
BYTES_PER_TOKEN = 4
_KEYS = ("sample", "round", "task", "role")
_HEADING = re.compile(r"^## answer\b[ \t]*(.*)$", re.MULTILINE)
_TASK = re.compile(r"^task: *([\w-]+)", re.MULTILINE)
_COUNTS = tuple(field.name for field in fields(TokenUsage) if field.name != "measured")


@dataclass(frozen=True)
class Answer:
    """One scripted answer, and what a request must be for it."""

    text: str
    keys: Mapping[str, Any]
    usage: TokenUsage | None = None
    finish_reason: str = "stop"
    reasoning: str = ""


@dataclass(frozen=True)
class ScriptedModel:
    """Answers that depend on the request alone: the same in any order of calls and after a restart."""

    name: str
    answers: Sequence[Answer]
    price: Price | None = FREE

    @property
    def content(self) -> str:
        """A digest of the answers."""
        return sha256(repr(tuple(self.answers)))[:16]

    def complete(self, request: Request, key: str) -> Completion:
        """The answer that fits best. Raises `MissingPrerequisite` if none does."""
        asked = _keys_of(request)
        fitting = [a for a in self.answers if all(asked[key] == value for key, value in a.keys.items())]
        if not fitting:
            listed = ", ".join(f"{key} {asked[key]!r}" for key in _KEYS)
            raise MissingPrerequisite(f"{self.name} has no answer for {listed}; add one to the file")
        best = max(fitting, key=lambda answer: len(answer.keys))  # the first of equals
        usage = best.usage or _estimated(request, best.text + best.reasoning)
        return Completion(best.text, self.name, best.finish_reason, usage, best.reasoning)


def build(argument: str, options: Mapping[str, Any]) -> ScriptedModel:
    """The model from a file; free unless a price is given. Raises `UsageError`, `BadData`."""
    if not argument:
        raise UsageError("the model 'scripted' needs a file of answers: write --model scripted:FILE")
    price = price_of(options)
    return ScriptedModel(
        f"scripted:{argument}", read(Path(argument).expanduser()), FREE if price is None else price
    )


def read(file: Path) -> tuple[Answer, ...]:
    """Every answer of a file. Raises `BadData` with the line."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise BadData(f"can't read the answers of a scripted model: {error}", file) from None
    parts = _of_lines(file, text) if file.suffix == ".jsonl" else _of_sections(file, text)
    counted: Counter[str] = Counter()
    answers = [_answer(file, line, part, counted) for line, part in parts]
    if not answers:
        raise BadData("holds no answer", file)
    return tuple(answers)


def _of_lines(file: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            part = json.loads(line)
        except ValueError as error:
            raise BadData(f"not JSON: {error}", file, number) from None
        if not isinstance(part, dict):
            raise BadData('an answer is an object such as {"text": "..."}', file, number)
        yield number, part


def _of_sections(file: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    headings = list(_HEADING.finditer(text))
    if not headings and text.strip():  # one answer for everything
        yield 1, {"text": text, "round": None}
        return
    ends = [*(heading.start() for heading in headings[1:]), len(text)][: len(headings)]
    for heading, end in zip(headings, ends, strict=True):
        line = text.count("\n", 0, heading.start()) + 1
        part: dict[str, Any] = {"text": text[heading.end() : end].strip("\n") + "\n"}
        for pair in heading[1].split():
            key, _, value = pair.partition("=")
            part[key] = int(value) if value.isdecimal() else None if value == "any" else value
        yield line, part


def _answer(file: Path, line: int, part: Mapping[str, Any], counted: Counter[str]) -> Answer:
    unknown = sorted(part.keys() - {"text", "usage", "finish_reason", "reasoning", *_KEYS})
    if unknown:
        raise BadData(f"unknown key {unknown[0]!r}; known: text, usage, {', '.join(_KEYS)}", file, line)
    for key, kind in (("text", str), ("finish_reason", str), ("reasoning", str), ("usage", dict)):
        if (key in part or key == "text") and not isinstance(part.get(key), kind):
            raise BadData(f"{key!r} must be there as a {kind.__name__}", file, line)
    keys = {key: part[key] for key in _KEYS if part.get(key) is not None}
    if "round" not in part:
        group = json.dumps(keys, sort_keys=True, default=str)
        keys["round"] = counted[group]
        counted[group] += 1
    return Answer(
        str(part["text"]),
        keys,
        _usage(file, line, part["usage"]) if "usage" in part else None,
        str(part.get("finish_reason", "stop")),
        str(part.get("reasoning", "")),
    )


def _usage(file: Path, line: int, counts: Mapping[str, Any]) -> TokenUsage:
    for name, count in counts.items():
        if name not in _COUNTS or not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise BadData(f"usage holds counts of {', '.join(_COUNTS)}, not {name!r}: {count!r}", file, line)
    return TokenUsage(**counts)


def _keys_of(request: Request) -> dict[str, Any]:
    asked = [message.content for message in request.messages if message.role == "user"]
    tasks = _TASK.findall(asked[-1]) if asked else []
    return {
        "sample": request.sample,
        "round": sum(message.role == "assistant" for message in request.messages),
        "task": tasks[-1] if tasks else None,
        "role": request.role,
    }


def _estimated(request: Request, answer: str) -> TokenUsage:
    sent = "".join(message.content for message in request.messages)
    return TokenUsage(_tokens(sent), _tokens(answer), measured=False)


def _tokens(text: str) -> int:
    return -(-len(text.encode("utf-8", "surrogatepass")) // BYTES_PER_TOKEN)
