"""All pictures of a run: the search as it was recorded, and the chosen program's answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from solversmith.answers import BadAnswer, decode
from solversmith.contract.problem import DEV, TEST, Answer, Case, Pictured, Problem
from solversmith.contract.running import Sandbox
from solversmith.errors import MissingPrerequisite, UsageError
from solversmith.evaluate import job_of
from solversmith.floors import beside_in
from solversmith.pictures.charts import Curve, Mark, draw_accuracy, draw_anytime, draw_progress
from solversmith.pictures.convergence import Convergence, convergence_in, draw_convergence
from solversmith.records.run import CandidateRecord, RoundRecord
from solversmith.records.verdict import Verdict
from solversmith.session import RunResult, opened_problem, opened_sandbox, read_run
from solversmith.settings import Scoring
from solversmith.store import RunDirectory
from solversmith.story import stories

MOST_CASES: Final = 4  # whose answers are drawn
Tell = Callable[[str], None]


def draw_run(path: Path, folder: Path, tell: Tell) -> list[Path]:
    """Write the pictures of a run into a folder; their paths.

    `search.png`: best loss over candidates, and loss against run time; `convergence.png` where the order was
    measured, of the chosen program; `anytime.png` where programs yield;
    `answer-CASE.png` for the first dev cases, from running the chosen program once more in the sandbox.

    Raises
    ------
    MissingPrerequisite
        matplotlib is not installed, or the isolation that the run had can't be had.
    UsageError
        The run has no valid candidate.
    """
    figures = _Figures(folder)
    result = read_run(path)
    with RunDirectory.read(path) as store:
        best = result.summary.selected or result.summary.best
        if best is None or best.program is None:
            raise UsageError(f"{path.name} has no valid candidate, so there is nothing to draw")
        candidates = [record for record in store.records() if isinstance(record, CandidateRecord)]
        made = [_search(figures, candidates, result)]
        curves = _curves(store, candidates, best.id)
        orders = _orders(store, candidates, best.id, result)
        program = store.text(best.program)
    if orders:
        with figures.page("convergence.png", (6, 4.5)) as figure:
            draw_convergence(figure.subplots(), orders)
        made.append(folder / "convergence.png")
    if curves:
        with figures.page("anytime.png", (7, 4)) as figure:
            draw_anytime(figure.subplots(), curves)
        made.append(folder / "anytime.png")
    return made + _answers(figures, result, program, tell)


class _Figures:
    """Makes figures and writes them where they belong."""

    def __init__(self, folder: Path) -> None:
        try:
            import matplotlib as mpl
        except ImportError as error:
            raise MissingPrerequisite("pictures need matplotlib: pip install 'solversmith[plots]'") from error
        mpl.use("Agg")
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MissingPrerequisite(f"{folder} can't be written to ({error.strerror or error})") from error

    def page(self, name: str, size: tuple[float, float]) -> _Page:
        """A figure that is written when the block is left without an error."""
        return _Page(self.folder / name, size)


class _Page:
    def __init__(self, path: Path, size: tuple[float, float]) -> None:
        self.path, self.size = path, size

    def __enter__(self) -> Any:
        from matplotlib.figure import Figure

        self.figure = Figure(figsize=self.size, layout="constrained")
        return self.figure

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            try:
                self.figure.savefig(self.path, dpi=110)
            except OSError as error:
                raise MissingPrerequisite(
                    f"{self.path} can't be written ({error.strerror or error})"
                ) from error


def _search(figures: _Figures, candidates: Sequence[CandidateRecord], result: RunResult) -> Path:
    valid = [record for record in candidates if record.loss is not None and not record.failed]
    marks = [Mark(r.id, max(float(r.measured.get("wall_s", 0.0)), 1e-3), float(r.loss or 0.0)) for r in valid]
    humans = [
        Mark(row.name, max(row.wall_s, 1e-3), row.loss)
        for row in result.humans
        if row.split == DEV and row.loss is not None and not row.failed
    ]
    best = result.summary.best
    with figures.page("search.png", (11, 4)) as figure:
        left, right = figure.subplots(1, 2)
        draw_progress(left, [(r.number, float(r.loss or 0.0)) for r in valid])
        draw_accuracy(right, marks, humans, best.floor if best else None)
        figure.suptitle(str(result.summary.setting("problem", result.path.name)))
    return figures.folder / "search.png"


def _curves(
    store: RunDirectory, candidates: Sequence[CandidateRecord], chosen: str
) -> dict[str, tuple[Curve, float]]:
    """Case to recorded improvements of the chosen candidate; empty where programs don't yield."""
    record = next((candidate for candidate in candidates if candidate.id == chosen), None)
    story = stories(store, record.proposal)[record.round] if record else None
    found: dict[str, tuple[Curve, float]] = {}
    scored = {case["case"]: case for case in (story.score.get("cases", ()) if story else ())}
    for case, about in (story.measured if story else {}).items():
        rows = about.get("trajectory") if isinstance(about, Mapping) else None
        points = [(float(t), float(gap)) for t, _, gap in rows or () if gap is not None]
        limit_s = scored.get(case, {}).get("metrics", {}).get("limit_s")
        if points and limit_s:
            found[case] = (points, float(limit_s))
    return found


def _orders(
    store: RunDirectory, candidates: Sequence[CandidateRecord], chosen: str, result: RunResult
) -> list[Convergence]:
    """What was measured of the order of the chosen candidate, on dev and on test."""
    record = next((candidate for candidate in candidates if candidate.id == chosen), None)
    rounds = [each for each in store.records() if isinstance(each, RoundRecord)] if record else []
    details = {(each.proposal, each.round): each.details for each in rounds}
    on_dev = beside_in(details.get((record.proposal, record.round)), store.text) if record else {}
    tested = next((test for test in result.summary.tests if test.id == chosen), None)
    on_test = tested.beside if tested else {}
    found = [convergence_in(f"{chosen} on {DEV}", on_dev), convergence_in(f"{chosen} on {TEST}", on_test)]
    return [each for each in found if each is not None]


def _answers(figures: _Figures, result: RunResult, program: str, tell: Tell) -> list[Path]:
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
