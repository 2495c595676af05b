"""One proposal of a run as a part of the page: program, diff, prompt, completion, output of its rounds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from solversmith.quoting import cleaned
from solversmith.records.run import CandidateRecord, ProposalRecord
from solversmith.records.verdict import Verdict
from solversmith.report.code import diff, highlighted
from solversmith.report.texts import Texts
from solversmith.story import RoundStory, outputs
from solversmith.tables.model import loss_text, seconds_text


@dataclass(frozen=True)
class Told:
    """A proposal with all that is known of it."""

    proposal: ProposalRecord
    end: CandidateRecord | None
    rounds: Sequence[RoundStory]
    note: str | None = None

    @property
    def name(self) -> str:
        """The candidate's id, or the proposal's where it ended as no candidate."""
        return self.end.id if self.end else self.proposal.id


def section(told: Told, anchor: str, texts: Texts, parent: tuple[str, str] | None, marks: str = "") -> str:
    """A `details` that opens the proposal.

    Parameters
    ----------
    parent
        Name and program of the first parent that is a candidate: the first round is compared with it.
    marks
        Words behind its name: "selected".
    """
    end = told.end
    verdict = "note" if end is None else str(end.verdict)
    loss = "" if end is None or end.loss is None else f" · loss {loss_text(end.loss)}"
    parents = f" · from {', '.join(told.proposal.parents)}" if told.proposal.parents else ""
    made = _text(f"{told.proposal.operator}{parents}")
    head = f"<b>{_text(told.name)}</b> {badge(verdict)}{loss} · {made}"
    marked = f" <em>{escape(marks)}</em>" if marks else ""
    body = [] if told.note is None else [_part("note", texts.once(told.note, told.name))]
    before = parent
    for story in told.rounds:
        body.append(_round(told, story, texts, before))
        if story.program is not None:
            before = (f"round {story.record.round}", story.program)
    return (
        f"<details class=candidate id={anchor}><summary>{head}{marked}</summary>\n"
        + "\n".join(body)
        + "</details>\n"
    )


def badge(verdict: str) -> str:
    """A verdict as a coloured word."""
    kind = "ok" if verdict == Verdict.OK else "bad"
    return f"<span class={kind}>{escape(verdict)}</span>"


def _round(told: Told, story: RoundStory, texts: Texts, before: tuple[str, str] | None) -> str:
    record = story.record
    where = f"{told.name}, round {record.round}"
    loss = "" if record.loss is None else f" · loss {loss_text(record.loss)}"
    wall = record.measured.get("wall_s")
    time = "" if not isinstance(wall, int | float) else f" · {seconds_text(float(wall))}"
    parts = [
        f"<h4>round {record.round} ({_text(record.what)}) {badge(str(record.verdict))}{loss}{time}</h4>",
        _cases(story),
    ]
    if story.missing:
        parts.append(f"<p class=warn>not in texts.jsonl any more: {_text(', '.join(story.missing))}</p>")
    if story.program is not None:
        parts.append(_part("program", texts.once(story.program, where, highlighted(story.program))))
        if before is not None:
            parts.append(_diff(before, story.program))
    if story.request is not None:
        parts.append(_part("prompt", _prompt(story.request, where, texts)))
    for name, text in (
        ("completion", story.completion),
        ("reasoning", story.reasoning),
        ("output", outputs(story.measured) or None),
        ("what the next round is told", story.feedback),
    ):
        if text:
            parts.append(_part(name, texts.once(text, where)))
    return "\n".join(part for part in parts if part)


def _cases(story: RoundStory) -> str:
    scored = [case for case in story.score.get("cases") or () if isinstance(case, Mapping)]
    if not scored:
        return ""
    rows = "".join(
        f"<tr><td>{_text(case.get('case'))}<td>{badge(str(case.get('verdict')))}"
        f"<td class=n>{_loss(case.get('loss'))}<td><pre class=said>{_text(case.get('message') or '')}</pre>"
        for case in scored
    )
    head = "<thead><tr><th scope=col>case<th scope=col>verdict<th scope=col class=n>loss<th scope=col>message"
    return f"<div class=wide><table>{head}</thead><tbody>{rows}</tbody></table></div>"


def _diff(before: tuple[str, str], program: str) -> str:
    found = diff(before[1], program)
    title = f"diff to {before[0]}"
    return _part(title, f"<pre class=diff tabindex=0>{found}</pre>" if found else "<p>nothing changed</p>")


def _prompt(request: str, where: str, texts: Texts) -> str:
    """Each message under its role; one that was shown already is a link."""
    return "".join(
        f"<h5>{_text(role)}</h5>{texts.once(content, f'{where}, {role}')}"
        for role, content in messages(request)
    )


def messages(request: str) -> Iterable[tuple[str, str]]:
    """Role and content of each message of a canonical request."""
    try:
        body: Any = json.loads(request)
        found = [(str(message["role"]), str(message["content"])) for message in body["messages"]]
    except (ValueError, KeyError, TypeError):
        return [("request", request)]
    return found


def _part(title: str, body: str) -> str:
    return f"<details><summary>{_text(title)}</summary>{body}</details>"


def _loss(loss: object) -> str:
    return loss_text(float(loss)) if isinstance(loss, int | float) else "–"


def _text(said: object) -> str:
    return escape(cleaned(str(said)))
