"""Proposals as methods make them, and the words that they are asked for with.

Instructions name candidates by id, the one that is to be changed first: the prompt shows each program under
its id. Whatever a model wrote (notes) is quoted, so that it can't pose as a line of ours, and every
instruction has a bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from solversmith.contract.method import Proposal
from solversmith.methods.parts.asked import PROGRAM, TEXT
from solversmith.quoting import quoted
from solversmith.records.run import CandidateRecord

MOST_NOTE = 1500  # characters of one note
MOST_INSTRUCTION = 12_000
REFLECTOR = "reflector"
Named = CandidateRecord | str  # a candidate, or its id alone


class Asking(Protocol):
    """What all programs of a method are asked for with."""

    @property
    def debug_rounds(self) -> int:
        """How many repairs a candidate that fails may have."""
        ...

    @property
    def temperature(self) -> float | None:
        """Of every request for a program."""
        ...


def draft(asking: Asking, instruction: str = "", tags: Mapping[str, Any] | None = None) -> Proposal:
    """A program from nothing."""
    return program(asking, "draft", "draft", instruction, (), tags=tags)


def program(
    asking: Asking,
    operator: str,
    task: str,
    instruction: str,
    shown: Sequence[Named],
    parents: Sequence[Named] | None = None,
    tags: Mapping[str, Any] | None = None,
) -> Proposal:
    """A program made from those that are shown; `parents` are all of them unless said otherwise."""
    return Proposal(
        what=PROGRAM,
        operator=operator,
        task=task,
        instruction=bounded(instruction),
        parents=ids(shown if parents is None else parents),
        context=ids(shown),
        temperature=asking.temperature,
        debug_rounds=asking.debug_rounds,
        tags=dict(tags or {}),
    )


def words(
    operator: str, instruction: str, shown: Sequence[Named], tags: Mapping[str, Any] | None = None
) -> Proposal:
    """A text about what is shown."""
    return Proposal(
        what=TEXT,
        operator=operator,
        task="text",
        instruction=bounded(instruction),
        parents=ids(shown),
        context=ids(shown),
        role=REFLECTOR,
        tags=dict(tags or {}),
    )


def ids(candidates: Iterable[Named]) -> tuple[str, ...]:
    """Their ids, each once."""
    return tuple(dict.fromkeys(named if isinstance(named, str) else named.id for named in candidates))


def told(candidate: CandidateRecord) -> str:
    """Id and dev result: `c0007 (loss 0.0123)`."""
    loss = "no loss" if candidate.loss is None else f"loss {candidate.loss:.6g}"
    if not candidate.failed:
        return f"{candidate.id} ({loss})"
    cases = "1 case failed" if candidate.failed == 1 else f"{candidate.failed} cases failed"
    return f"{candidate.id} ({loss}, {cases}: {candidate.verdict})"


def listed(candidates: Iterable[CandidateRecord]) -> str:
    """Several of them in a row."""
    return ", ".join(told(candidate) for candidate in candidates)


def noted(title: str, texts: Iterable[str], most: int = MOST_NOTE) -> str:
    """Notes that models wrote, each quoted and cut, under a line of ours; nothing if all are empty."""
    said = [quoted(text, most) for text in texts if text.strip()]
    return "\n".join([title, *said]) if said else ""


def paragraphs(*parts: str) -> str:
    """Those that are not empty, with an empty line between."""
    return "\n\n".join(part for part in parts if part)


def bounded(text: str) -> str:
    """Cut at the bound; texts of ours are far below, so that only many long notes are ever cut."""
    return text if len(text) <= MOST_INSTRUCTION else text[:MOST_INSTRUCTION] + "\n```\n[cut]"
