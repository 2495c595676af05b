"""All pictures of a run: the search as it was recorded, and the chosen program's answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from solversmith.answers import BadAnswer, decode
from solversmith.contract.problem import DEV, TEST, Answer, Case, Pictured, Problem
from solversmith.contract.running import Sandbox
from solversmith.errors import UsageError
from solversmith.evaluate import job_of
from solversmith.floors import beside_of
from solversmith.pictures.charts import Curve, Mark, draw_accuracy, draw_anytime, draw_progress, plain
from solversmith.pictures.convergence import Convergence, convergence_in, draw_convergence
from solversmith.pictures.figures import Figures
from solversmith.pictures.lineage import Node, draw_lineage
from solversmith.records.run import CandidateRecord, ProposalRecord, Record
from solversmith.records.verdict import Verdict
from solversmith.session import RunResult, opened_problem, opened_sandbox, read_run
from solversmith.settings import Scoring
from solversmith.store import RunDirectory
from solversmith.story import RoundStory, stories

MOST_CASES: Final = 4  # whose answers are drawn
Tell = Callable[[str], None]


def draw_run(path: Path, folder: Path, tell: Tell) -> list[Path]:
    """Write the pictures of a run into a folder; their paths.

    `search.png`: best loss over candidates, and loss against run time; `lineage.png` where candidates come
    from others; `convergence.png` where the order was measured, of the chosen program; `anytime.png` where
    programs yield;
    `answer-CASE.png` for the first dev cases, from running the chosen program once more in the sandbox.

    Raises
    ------
    MissingPrerequisite
        matplotlib is not installed, or the isolation that the run had can't be had.
    UsageError
        The run has no valid candidate.
    """
    figures = Figures(folder)
    result = read_run(path)
    with RunDirectory.read(path) as store:
        best = result.summary.selected or result.summary.best
        if best is None or best.program is None:
            raise UsageError(f"{path.name} has no valid candidate, so there is nothing to draw")
        records = list(store.records())
        candidates = [record for record in records if isinstance(record, CandidateRecord)]
        chosen = next(record for record in candidates if record.id == best.id)
        story = next(s for s in stories(store, chosen.proposal) if s.record.round == chosen.round)
        program = store.text(best.program)
    drawings: dict[str, tuple[tuple[float, float], Callable[[Any], None]]] = {
        "search.png": ((11, 4), lambda figure: draw_search(figure, candidates, result))
    }
    nodes = nodes_of(records)
    if any(node.parents for node in nodes):
        drawings["lineage.png"] = ((7, 4), lambda figure: draw_lineage(figure.subplots(), nodes, best.id))
    if orders := orders_of(story, result):
        drawings["convergence.png"] = ((6, 4.5), lambda figure: draw_convergence(figure.subplots(), orders))
    if curves := curves_of(story):
        drawings["anytime.png"] = ((7, 4), lambda figure: draw_anytime(figure.subplots(), curves))
    for name, (size, draw) in drawings.items():
        with figures.page(name, size) as figure:
            draw(figure)
    made = [folder / name for name in drawings]
    return made + _answers(figures, result, program, tell)


def curves_of(story: RoundStory | None) -> dict[str, tuple[Curve, float]]:
    """Case to recorded improvements of a round, and to its limit; empty where programs don't yield."""
    found: dict[str, tuple[Curve, float]] = {}
    scored = {case["case"]: case for case in (story.score.get("cases", ()) if story else ())}
    for case, about in (story.measured if story else {}).items():
        rows = about.get("trajectory") if isinstance(about, Mapping) else None
        points = [(float(t), float(gap)) for t, _, gap in rows or () if gap is not None]
        limit_s = scored.get(case, {}).get("metrics", {}).get("limit_s")
        if points and limit_s:
            found[case] = (points, float(limit_s))
    return found


def orders_of(story: RoundStory | None, result: RunResult) -> list[Convergence]:
    """What was measured of the order of the chosen candidate, on dev and on test."""
    chosen = result.summary.selected or result.summary.best
    if chosen is None:
        return []
    on_dev = beside_of(story.score.get("cases", ())) if story else {}
    tested = next((test for test in result.summary.tests if test.id == chosen.id), None)
    on_test = tested.beside if tested else {}
    found = [
        convergence_in(f"{chosen.id} on {DEV}", on_dev),
        convergence_in(f"{chosen.id} on {TEST}", on_test),
    ]
    return [each for each in found if each is not None]


def draw_search(figure: Any, candidates: Sequence[CandidateRecord], result: RunResult) -> None:
    """What the search found in order, and loss against run time beside the human programs."""
    valid = [record for record in candidates if record.loss is not None and not record.failed]
    marks = [Mark(r.id, max(float(r.measured.get("wall_s", 0.0)), 1e-3), float(r.loss or 0.0)) for r in valid]
    humans = [
        Mark(row.name, max(row.wall_s, 1e-3), row.loss)
        for row in result.humans
        if row.split == DEV and row.loss is not None and not row.failed
    ]
    best = result.summary.best
    left, right = figure.subplots(1, 2)
    draw_progress(left, [(r.number, float(r.loss or 0.0)) for r in valid])
    draw_accuracy(right, marks, humans, best.floor if best else None)
    figure.suptitle(plain(str(result.summary.setting("problem", result.path.name))))


def nodes_of(records: Sequence[Record]) -> list[Node]:
    """The candidates with those that they were made from."""
    parents = {record.id: record.parents for record in records if isinstance(record, ProposalRecord)}
    return [
        Node(record.id, record.number, record.loss, tuple(parents.get(record.proposal, ())))
        for record in records
        if isinstance(record, CandidateRecord) and record.verdict is not Verdict.INTERNAL_ERROR
    ]


def _answers(figures: Figures, result: RunResult, program: str, tell: Tell) -> list[Path]:
    """The chosen program's answers on the first dev cases, under the run's own limits and isolation."""
    scoring = _scoring(result)
    problem = opened_problem(str(result.summary.setting("problem")), scoring, tell)
    if not isinstance(problem, Pictured):
        return []
    made = []
    with opened_sandbox(problem, scoring) as sandbox:
        for case in problem.cases(DEV)[:MOST_CASES]:
            tell(f"running the chosen program on {case.name}")
            answer = _answer(problem, case, program, sandbox)
            if answer is None:
                tell(f"{case.name}: no answer this time, no picture of it")
                continue
            if (found := problem.score(case, answer)).verdict is not Verdict.OK:
                tell(f"{case.name}: {found.verdict} this time, no picture of it")
                continue
            name = f"answer-{re.sub(r'[^A-Za-z0-9.=-]+', '_', case.name)}.png"
            with figures.page(name, _size(len(problem.answer(case)), problem.anytime)) as figure:
                problem.draw(figure, case, answer)
            made.append(figures.folder / name)
    return made


def _answer(problem: Problem, case: Case, program: str, sandbox: Sandbox) -> Answer | None:
    job = job_of(problem, case, program)
    outcome = sandbox.run(job)
    try:
        return decode(job.answer, outcome, job.limits.wall_s) if outcome.frames else None
    except BadAnswer:
        return None


def _scoring(result: RunResult) -> Scoring:
    """As it was asked for."""
    asked = dict(result.summary.settings.get("asked", {}).get("scoring", {}))
    for name in ("data", "cache", "best_known"):
        if asked.get(name) is not None:
            asked[name] = Path(asked[name])
    return Scoring(**asked)


def _size(fields: int, anytime: bool) -> tuple[float, float]:
    return (7.0, 6.0) if anytime else (17.0, 3.8 * fields)
