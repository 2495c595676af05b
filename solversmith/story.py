"""What happened to one proposal, round by round, with every text that its records cite."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solversmith.contract.running import RunStore
from solversmith.records.run import CallRecord, RoundRecord, TestRecord


@dataclass(frozen=True)
class RoundStory:
    """One round. Texts are as they were recorded, unclean; `None` where there is none."""

    record: RoundRecord
    prompt: str | None
    completion: str | None
    reasoning: str | None
    program: str | None
    feedback: str | None
    score: Mapping[str, Any]
    measured: Mapping[str, Any]  # by case: times, stdout, stderr
    missing: tuple[str, ...] = ()  # what was recorded and is not among the texts any more
    request: str | None = None  # what `prompt` is made of: canonical JSON


def stories(store: RunStore, proposal: str) -> list[RoundStory]:
    """The rounds of a proposal in order; one that was carried out again counts with its last record."""
    return stories_of(store, [proposal]).get(proposal, [])


def stories_of(store: RunStore, proposals: Collection[str]) -> dict[str, list[RoundStory]]:
    """The same of several proposals, reading the journal once; without an entry for those without a round."""
    wanted = set(proposals)
    calls: dict[tuple[str, int], CallRecord] = {}
    rounds: dict[str, dict[int, RoundRecord]] = {}
    for record in store.records():
        if isinstance(record, CallRecord) and record.event == "completed":
            calls[record.proposal, record.round] = record
        elif isinstance(record, RoundRecord) and record.proposal in wanted:
            rounds.setdefault(record.proposal, {})[record.round] = record
    return {
        proposal: [_story(store, own[number], calls.get((proposal, number))) for number in sorted(own)]
        for proposal, own in rounds.items()
    }


def score_of(store: RunStore, record: RoundRecord) -> Mapping[str, Any]:
    """The full score of a round, every case with its metrics and message."""
    return _object(_text(store, record.details))


def measured_of(store: RunStore, record: RoundRecord | TestRecord) -> Mapping[str, Any]:
    """What was measured by case: times, stdout, stderr. Empty where that text is not there any more."""
    return _object(_text(store, record.measured.get("cases")))


def write_files(story: RoundStory, folder: Path) -> list[Path]:
    """Prompt, completion, reasoning, program, feedback, score and outputs of a round as files for people."""
    texts = {
        "prompt.md": story.prompt,
        "completion.md": story.completion,
        "reasoning.md": story.reasoning,
        "program.py": story.program,
        "feedback.txt": story.feedback,
        "score.json": _indented(story.score),
        "measured.json": _indented(story.measured),
        "output.txt": outputs(story.measured) or None,
    }
    folder.mkdir(parents=True, exist_ok=True)
    return [_written(folder / name, text) for name, text in texts.items() if text is not None]


def outputs(measured: Mapping[str, Any]) -> str:
    """What the program printed, case by case."""
    parts = []
    for case, about in measured.items():
        for stream in ("stdout", "stderr"):
            if isinstance(about, Mapping) and about.get(stream):
                parts.append(f"--- {case} {stream}\n{about[stream]}")
    return "\n".join(parts)


def _story(store: RunStore, record: RoundRecord, call: CallRecord | None) -> RoundStory:
    cited = {
        "prompt": call.request if call else None,
        "completion": call.completion if call else None,
        "reasoning": call.reasoning if call else None,
        "program": record.program,
        "feedback": record.feedback,
        "score": record.details,
        "measured": record.measured.get("cases"),
    }
    request = _text(store, call.request) if call else None
    return RoundStory(
        record=record,
        prompt=_prompt(request) if call else None,
        completion=_text(store, call.completion) if call else None,
        reasoning=_text(store, call.reasoning) if call else None,
        program=_text(store, record.program),
        feedback=_text(store, record.feedback),
        score=score_of(store, record),
        measured=measured_of(store, record),
        missing=tuple(name for name, sha in cited.items() if sha and _text(store, sha) is None),
        request=request,
    )


def _prompt(request: str | None) -> str | None:
    """The messages of a canonical request, each under its role."""
    messages: Iterable[Mapping[str, Any]] = _object(request).get("messages") or ()
    parts = [f"## {message.get('role')}\n\n{message.get('content')}\n" for message in messages]
    return "\n".join(parts) if parts else request


def _text(store: RunStore, sha: str | None) -> str | None:
    try:
        return store.text(sha) if sha else None
    except KeyError:
        return None


def _object(text: str | None) -> Mapping[str, Any]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _indented(value: Mapping[str, Any]) -> str | None:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n" if value else None


def _written(path: Path, text: str) -> Path:
    # Lone surrogates can't be encoded; everything else is written as it was recorded.
    path.write_bytes(text.encode("utf-8", "backslashreplace"))
    return path
