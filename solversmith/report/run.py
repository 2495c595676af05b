"""One run as a section of the page: result, figures, candidates, the winner's lineage, and each in full."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

from solversmith.pictures.charts import draw_anytime
from solversmith.pictures.convergence import draw_convergence
from solversmith.pictures.figures import as_svg
from solversmith.pictures.lineage import ancestry, draw_lineage
from solversmith.pictures.run import curves_of, draw_search, nodes_of, orders_of
from solversmith.records.run import CandidateRecord, NoteRecord, ProposalRecord, Record
from solversmith.report.candidate import Told, section
from solversmith.report.texts import Texts
from solversmith.session import RunResult, read_run
from solversmith.store import RunDirectory
from solversmith.story import stories_of
from solversmith.tables.as_html import element, text
from solversmith.tables.model import Bounded, Cell, Column, Table

_MOST_PICTURES: Final = 12
_MOST_PICTURE_BYTES: Final = 600_000
Drawing = tuple[str, tuple[float, float], Callable[[Any], None]]
_COLUMNS: Final = (
    Column("id", "candidate"),
    Column("operator", "operator"),
    Column("parents", "from"),
    Column("rounds", "rounds", "count"),
    Column("verdict", "verdict"),
    Column("loss", "dev loss", "loss"),
    Column("wall_s", "its time", "seconds"),
    Column("tokens", "tokens", "count"),
)


@dataclass(frozen=True)
class Reported:
    """A run as it is reported: its result, and every proposal that has ended, or has a round."""

    result: RunResult
    records: tuple[Record, ...]
    told: tuple[Told, ...]

    @property
    def name(self) -> str:
        """Of the run."""
        return self.result.summary.name


def reported(path: Path) -> Reported:
    """A run and every text of it. Raises `BadData` if there is none."""
    result = read_run(path)
    with RunDirectory.read(path) as store:
        records = tuple(store.records())
        proposals = [record for record in records if isinstance(record, ProposalRecord)]
        ends = {record.proposal: record for record in records if isinstance(record, CandidateRecord)}
        notes = {record.proposal: record for record in records if isinstance(record, NoteRecord)}
        rounds = stories_of(store, [proposal.id for proposal in proposals])
        told = tuple(
            Told(one, ends.get(one.id), rounds.get(one.id, ()), _note(store, notes.get(one.id)))
            for one in sorted(proposals, key=lambda one: one.number)
            if one.id in ends or one.id in notes or one.id in rounds
        )
    return Reported(result, records, told)


def run_section(found: Reported, number: int, lines: Sequence[str], draw: bool) -> Iterator[str]:
    """The section, in pieces.

    Parameters
    ----------
    number
        Of the run on the page: what its anchors begin with.
    lines
        What is said of its result, one sentence each.
    """
    summary, texts = found.result.summary, Texts(f"r{number}")
    chosen = summary.selected or summary.best
    yield f"<section id=r{number}><h2>{text(summary.name)}</h2>\n"
    yield from (f"<p>{text(line)}</p>\n" for line in lines)
    if draw:
        yield figures(drawings(found))
    yield answers(found.result.path)
    yield f"<h3>candidates</h3><div class=wide>{_table(found, number)}</div>\n"
    if chosen is not None:
        yield _lineage(found, chosen.id, number)
    programs = _programs(found)
    for told in found.told:
        marks = "selected" if chosen is not None and told.name == chosen.id else ""
        yield section(told, anchor(number, told.name), texts, _parent(told, programs), marks)
    yield "</section>\n"


def drawings(found: Reported) -> Iterator[Drawing]:
    """The figures of one run that there is something for."""
    candidates = [record for record in found.records if isinstance(record, CandidateRecord)]
    best = found.result.summary.selected or found.result.summary.best
    if best is None:
        return
    yield "the search", (11, 4), lambda figure: draw_search(figure, candidates, found.result)
    nodes = nodes_of(found.records)
    if any(node.parents for node in nodes):
        yield "lineage", (7, 4), lambda figure: draw_lineage(figure.subplots(), nodes, best.id)
    end = next(told for told in found.told if told.name == best.id)
    story = next((s for s in end.rounds if end.end and s.record.round == end.end.round), None)
    if orders := orders_of(story, found.result):
        yield "order of convergence", (6, 4.5), lambda figure: draw_convergence(figure.subplots(), orders)
    if curves := curves_of(story):
        yield "gap over time", (7, 4), lambda figure: draw_anytime(figure.subplots(), curves)


def figures(made: Iterator[Drawing]) -> str:
    """Drawings as pictures inside the page: as a picture, nothing that stands in an SVG file can run."""
    parts = []
    for name, size, draw in made:
        data = base64.b64encode(as_svg(size, draw).encode()).decode()
        parts.append(_figure(name, f"data:image/svg+xml;base64,{data}"))
    return f"<div class=figures>{''.join(parts)}</div>\n" if parts else ""


def answers(path: Path) -> str:
    """The pictures of answers that `show --plots` left in the run's folder, as many as a page should hold."""
    parts = []
    for file in sorted((path / "plots").glob("answer-*.png"))[:_MOST_PICTURES]:
        data = file.read_bytes()
        if len(data) <= _MOST_PICTURE_BYTES and data.startswith(b"\x89PNG"):
            parts.append(_figure(file.stem, f"data:image/png;base64,{base64.b64encode(data).decode()}"))
    return f"<div class=figures>{''.join(parts)}</div>\n" if parts else ""


def anchor(number: int, name: str) -> str:
    """Where a candidate of a run stands: ids are ours, a letter and digits, whatever the run's name is."""
    return f"r{number}-{name}"


def _figure(name: str, data: str) -> str:
    return f'<figure><img alt="{text(name)}" src="{data}"><figcaption>{text(name)}</figcaption></figure>'


def _table(found: Reported, number: int) -> str:
    """Sortable; a candidate's name leads to it."""
    costs = {one.id: one for one in found.result.summary.every}
    best = found.result.summary.best
    rows: list[Mapping[str, Cell]] = []
    for told in found.told:
        if (end := told.end) is not None:
            cost = costs.get(end.id)
            rows.append(
                {
                    "id": end.id,
                    "operator": told.proposal.operator,
                    "parents": ", ".join(told.proposal.parents) or None,
                    "rounds": end.rounds,
                    "verdict": str(end.verdict),
                    "loss": None if end.loss is None else Bounded(end.loss, best.floor if best else None),
                    "wall_s": end.measured.get("wall_s"),
                    "tokens": None if cost is None else round(cost.cost.tokens),
                }
            )
    return element(
        Table("", _COLUMNS, tuple(rows)), sortable=True, link=("id", lambda name: anchor(number, name))
    )


def _lineage(found: Reported, winner: str, number: int) -> str:
    nodes = {node.id: node for node in nodes_of(found.records)}
    line = ancestry(nodes, winner)
    if len(line) < 2:
        return ""
    links = " → ".join(f'<a href="#{anchor(number, name)}">{escape(name)}</a>' for name in line)
    return f"<p>what {escape(winner)} came from: {links} (each with its diff to its first parent)</p>\n"


def _programs(found: Reported) -> dict[str, str]:
    """The program of each candidate."""
    programs = {}
    for told in found.told:
        for story in told.rounds:
            if told.end is not None and story.record.round == told.end.round and story.program is not None:
                programs[told.end.id] = story.program
    return programs


def _parent(told: Told, programs: Mapping[str, str]) -> tuple[str, str] | None:
    return next(((name, programs[name]) for name in told.proposal.parents if name in programs), None)


def _note(store: RunDirectory, record: NoteRecord | None) -> str | None:
    try:
        return None if record is None else store.text(record.text)
    except KeyError:
        return "not in texts.jsonl any more"
