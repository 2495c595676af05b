"""`solversmith show`: what happened in a run, round by round."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solversmith import errors
from solversmith.cli.options import Finite
from solversmith.cli.runs import find_run
from solversmith.cli.terminal import foreign, note, one_line, say, say_json

if TYPE_CHECKING:
    from solversmith.records.run import CandidateRecord, NoteRecord, ProposalRecord, RoundRecord
    from solversmith.session import RunResult
    from solversmith.stats.of_run import AtK
    from solversmith.store import RunDirectory
    from solversmith.story import RoundStory
    from solversmith.summary import Summary
    from solversmith.tables import Table

_ID = re.compile(r"(?:[cnpr]?0*)(?P<number>\d+)")
_MOST_OUTPUT = 2000


@click.command("show")
@click.argument("run")
@click.argument("id", required=False)
@click.option("--rounds", is_flag=True, help="One line for every round.")
@click.option("--files", type=click.Path(path_type=Path), metavar="DIR", help="Write everything as files.")
@click.option(
    "--plots",
    type=click.Path(path_type=Path),
    is_flag=False,
    flag_value=Path(),
    metavar="[DIR]",
    help="Draw pictures (PNG) of the run. [default: into its folder plots/]",
)
@click.option(
    "--good",
    type=Finite(),
    metavar="LOSS",
    help="pass@k: count attempts with at most this loss, not all valid.",
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default="runs",
    show_default=True,
    help="Where runs lie.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(
    run: str,
    id: str | None,
    rounds: bool,
    files: Path | None,
    plots: Path | None,
    good: float | None,
    folder: Path,
    as_json: bool,
) -> int:
    """Show RUN (a name or a path): its result and its candidates; with an ID (c0007, p0007 or 7) every round
    of it: verdict, loss, program, feedback, completion.
    """
    from solversmith.session import read_run
    from solversmith.store import RunDirectory

    path = find_run(run, folder)
    if plots is not None:
        from solversmith.pictures.run import draw_run

        for picture in draw_run(path, path / "plots" if plots == Path() else plots, note):
            say(str(picture))
        return errors.DONE
    with RunDirectory.read(path) as store:
        chosen = [_proposal(store, id)] if id is not None else _proposals(store)
        if files is not None:
            _write(store, chosen, files)
        elif as_json:
            from solversmith.tables.at_k import at_k_objects

            result = read_run(path)
            body = _as_object(store, result, chosen, with_rounds=id is not None or rounds)
            say_json({**body, "at_k": at_k_objects(_at_k(store, result.summary, good))})
        elif id is not None:
            _show_proposal(store, chosen[0])
        else:
            _show_run(store, read_run(path), rounds, good)
    return errors.DONE


def _proposals(store: RunDirectory) -> list[ProposalRecord]:
    return [record for record in store.records() if record.kind == "proposal"]  # type: ignore[misc]


def _proposal(store: RunDirectory, id: str) -> ProposalRecord:
    """The proposal that an id names; `c0007`, `p0007` and `7` are all number 7."""
    match, known = _ID.fullmatch(id), _proposals(store)
    for record in known:
        if match is not None and record.number == int(match["number"]):
            return record
    raise errors.UnknownName(
        f"candidate or proposal in {store.path}", id, [f"c{r.number:04d}" for r in known]
    )


def _show_run(store: RunDirectory, result: RunResult, with_rounds: bool, good: float | None) -> None:
    from solversmith.cli.run import report
    from solversmith.tables import as_text

    say(f"{result.path} · {_state(store, result.summary)}\n")
    floor = _floor(result.summary)
    say(as_text(_rounds_table(store, floor) if with_rounds else _candidates_table(store, floor)))
    report(result)
    if found := _at_k(store, result.summary, good):
        from solversmith.tables.at_k import at_k_table

        say("\n" + as_text(at_k_table(found, floor, good)))


def _at_k(store: RunDirectory, summary: Summary, good: float | None) -> list[AtK]:
    """The best of k, where the attempts of the run are independent and all there are; else none."""
    from solversmith.stats.of_run import at_k, pool_of, sizes

    loss, averaged = summary.around("failure_loss"), bool(summary.around("anytime"))
    pool = pool_of(store.records(), int(summary.setting("candidates", 0)), loss, averaged)
    return [] if pool is None else [at_k(pool, k, good) for k in sizes(len(pool.dev))]


def _state(store: RunDirectory, summary: Summary) -> str:
    """How far it is; a run without a single record has lost its journal, for opening it writes one."""
    if next(iter(store.records()), None) is None:
        return "nothing is recorded: journal.jsonl is not there or empty; restore it from a copy"
    if summary.reason is None:
        return "not over: the same command continues it"
    if not summary.finished:
        return f"searched ({summary.reason}), not tested yet: the same command continues it"
    return f"over: {summary.reason}"


def _floor(summary: Summary) -> float | None:
    """How well losses on dev are known."""
    from solversmith.floors import stated_error

    best = summary.best
    stated = stated_error(summary.around("reference", {}))
    return stated if best is None or best.floor is None else best.floor


def _candidates_table(store: RunDirectory, floor: float | None) -> Table:
    from solversmith.records.run import CandidateRecord
    from solversmith.tables import Bounded, Column, Table

    columns = (
        Column("id", "candidate"),
        Column("operator", "operator"),
        Column("rounds", "rounds", "count"),
        Column("verdict", "verdict"),
        Column("loss", "dev loss", "loss"),
        Column("wall_s", "wall", "seconds"),
    )
    operators = {record.id: record.operator for record in _proposals(store)}
    found: list[CandidateRecord] = [r for r in store.records() if isinstance(r, CandidateRecord)]
    rows = tuple(
        {
            "id": record.id,
            "operator": operators.get(record.proposal),
            "rounds": record.rounds,
            "verdict": str(record.verdict),
            "loss": None if record.loss is None else Bounded(record.loss, floor),
            "wall_s": record.measured.get("wall_s"),
        }
        for record in sorted(found, key=lambda record: record.number)
    )
    return Table("", columns, rows)


def _rounds_table(store: RunDirectory, floor: float | None) -> Table:
    from solversmith.records.run import RoundRecord
    from solversmith.tables import Bounded, Column, Table

    columns = (
        Column("proposal", "proposal"),
        Column("round", "round", "count"),
        Column("what", "what"),
        Column("verdict", "verdict"),
        Column("loss", "dev loss", "loss"),
        Column("reason", "why"),
    )
    found: list[RoundRecord] = [r for r in store.records() if isinstance(r, RoundRecord)]
    rows = tuple(
        {
            "proposal": record.proposal,
            "round": record.round,
            "what": record.what,
            "verdict": str(record.verdict),
            "loss": None if record.loss is None else Bounded(record.loss, floor),
            "reason": _reason(store, record),
        }
        for record in sorted(found, key=lambda record: (record.proposal, record.round))
    )
    return Table("", columns, rows)


def _reason(store: RunDirectory, record: RoundRecord) -> str:
    """The last line of what the first failed case says: where the error stands."""
    from solversmith.story import score_of

    cases = score_of(store, record).get("cases") or ()
    said = next((case["message"] for case in cases if case.get("message")), "")
    return one_line("\n".join(reversed(said.splitlines())), 70)


def _show_proposal(store: RunDirectory, proposal: ProposalRecord) -> None:
    from solversmith.story import stories

    parents = f", from {', '.join(proposal.parents)}" if proposal.parents else ""
    say(f"{proposal.id}: {proposal.operator}{parents}")
    for told in _notes(store, proposal):
        say(f"\n--- note\n{_note_text(store, told).rstrip()}")
    for story in stories(store, proposal.id):
        _show_round(story)
    for end in _ends(store, proposal):
        loss = "" if end.loss is None else f", loss {end.loss:.6g}"
        say(f"\n{end.id}: {end.verdict}{loss}; round {end.round} of {end.rounds} counts")


def _show_round(story: RoundStory) -> None:
    from solversmith.story import outputs

    record = story.record
    loss = "" if record.loss is None else f", loss {record.loss:.6g}"
    say(f"\n=== round {record.round} ({record.what}): {record.verdict}{loss}")
    for name, verdict, case_loss in record.cases:
        say(f"    {name}: {verdict}" + ("" if case_loss is None else f", loss {case_loss:.6g}"))
    if record.edits:
        say(f"    edits: {record.edits}")
    printed = outputs(story.measured)
    if story.missing:
        say(f"    {_gone(story)}")
    for heading, text in (
        ("program", story.program),
        ("what the next round is told", story.feedback),
        ("printed", foreign(printed[:_MOST_OUTPUT]) or None),
        ("completion", story.completion),
        ("reasoning", story.reasoning),
    ):
        if text:
            say(f"\n--- {heading}\n{text.rstrip()}")


def _write(store: RunDirectory, chosen: list[ProposalRecord], files: Path) -> None:
    from solversmith.story import stories, write_files
    from solversmith.tables.model import counted

    written, gone = 0, []
    try:
        for proposal in chosen:
            for story in stories(store, proposal.id):
                name = f"c{proposal.number:04d}"
                written += len(write_files(story, files / name / f"round{story.record.round}"))
                gone += [f"{name} round {story.record.round}: {_gone(story)}"] if story.missing else []
    except OSError as error:
        raise errors.UsageError(f"can't write into {str(files)!r}: {error.strerror}") from None
    for line in gone:
        note(f"warning: {line}")
    say(f"{counted(written, 'file')} below {files}")


def _as_object(
    store: RunDirectory, result: RunResult, chosen: list[ProposalRecord], *, with_rounds: bool
) -> dict[str, Any]:
    from solversmith.records.codec import to_json
    from solversmith.story import stories
    from solversmith.summary import as_object

    body = as_object(result.summary)
    body["humans"] = [vars(row) for row in result.humans]
    body["proposals"] = []
    for proposal in chosen:
        about: dict[str, Any] = {
            **to_json(proposal),
            "candidates": [to_json(end) for end in _ends(store, proposal)],
            "notes": [_note_text(store, told) for told in _notes(store, proposal)],
        }
        if with_rounds:
            about["rounds"] = [_round_object(story) for story in stories(store, proposal.id)]
        body["proposals"].append(about)
    return body


def _round_object(story: RoundStory) -> dict[str, Any]:
    record = story.record
    return {
        "round": record.round,
        "what": record.what,
        "verdict": str(record.verdict),
        "loss": record.loss,
        "edits": record.edits,
        "prompt": story.prompt,
        "completion": story.completion,
        "reasoning": story.reasoning,
        "program": story.program,
        "feedback": story.feedback,
        "score": story.score,
        "measured": story.measured,
        "missing": list(story.missing),
    }


def _gone(story: RoundStory) -> str:
    return f"not in texts.jsonl any more: {', '.join(story.missing)}; restore it from a copy"


def _note_text(store: RunDirectory, record: NoteRecord) -> str:
    try:
        return store.text(record.text)
    except KeyError:
        return "not in texts.jsonl any more; restore it from a copy"


def _ends(store: RunDirectory, proposal: ProposalRecord) -> list[CandidateRecord]:
    from solversmith.records.run import CandidateRecord

    return [r for r in store.records() if isinstance(r, CandidateRecord) and r.proposal == proposal.id]


def _notes(store: RunDirectory, proposal: ProposalRecord) -> list[NoteRecord]:
    from solversmith.records.run import NoteRecord

    return [r for r in store.records() if isinstance(r, NoteRecord) and r.proposal == proposal.id]
