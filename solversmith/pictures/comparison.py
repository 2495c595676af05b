"""`compare --plots`: figures of solvers against each other."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from solversmith.comparison.design import Design
from solversmith.comparison.findings import profiled, ranked
from solversmith.comparison.groups import Group, Grouped
from solversmith.comparison.values import measure
from solversmith.pictures.anytime import draw_over_time, traces_of
from solversmith.pictures.charts import Mark, draw_accuracy, plain
from solversmith.pictures.curves import draw_best_of_n, draw_cost
from solversmith.pictures.figures import Figures
from solversmith.pictures.standings import draw_heat_map, draw_profile, draw_ranks
from solversmith.records.verdict import Verdict
from solversmith.summary import Summary

Drawing = tuple[str, tuple[float, float], Callable[[Any], None]]


def draw_comparison(
    found: Grouped,
    design: Design,
    folder: Path,
    level: float = 0.05,
    paths: Sequence[tuple[Summary, Path]] = (),
) -> list[Path]:
    """Write the figures into a folder; their paths.

    For each problem `best-of-n-...`, `cost-...`, `accuracy-...`, `cases-...` and, where programs yield,
    `anytime-...`; over all of them `ranks` and `profile`, where there is enough for them.

    Parameters
    ----------
    paths
        Where runs lie: what their programs yielded over time is read from there. Without any no such figure.

    Raises
    ------
    MissingPrerequisite
        matplotlib is not installed, or the folder can't be written to.
    """
    figures = Figures(folder)
    made = []
    for name, size, draw in drawings(found, design, level, paths):
        with figures.page(f"{name}.png", size) as figure:
            draw(figure)
        made.append(folder / f"{name}.png")
    return made


def drawings(
    found: Grouped, design: Design, level: float = 0.05, paths: Sequence[tuple[Summary, Path]] = ()
) -> Iterator[Drawing]:
    """Name, size and drawing of each figure that there is something for; only of runs measured alike."""
    for problem in found.problems:
        groups = [group for group in found.alike if group.problem == problem]
        tail = re.sub(r"[^A-Za-z0-9.=-]+", "_", problem)
        solvers = {group.solver: _runs(group) for group in groups if not group.human}
        if any(run.every for runs in solvers.values() for run in runs):
            yield f"best-of-n-{tail}", (7, 4.2), _titled(draw_best_of_n, problem, solvers)
            yield f"cost-{tail}", (7, 4.2), _titled(draw_cost, problem, solvers)
        yield f"accuracy-{tail}", (7, 4.2), _accuracy(problem, groups)
        losses = by_case(groups)
        if losses:
            cases = len({case for row in losses.values() for case in row})
            size = (3.2 + 1.1 * len(losses), 1.8 + 0.32 * cases)
            yield f"cases-{tail}", size, partial(draw_heat_map, losses=losses)
        split, traces = traces_of({name: _placed(runs, paths) for name, runs in solvers.items()})
        if traces:
            yield f"anytime-{tail}", (7, 4.2), _titled(partial(draw_over_time, split=split), problem, traces)
    result = ranked(design, level)
    if (ranking := result.result) is not None:
        height = 1.6 + 0.24 * (len(ranking.groups) + len(result.solvers))
        yield "ranks", (8, height), lambda figure: draw_ranks(figure.subplots(), result.solvers, ranking)
    profile = profiled(design)
    if profile is not None and len(profile.needed) > 1:
        yield "profile", (7, 4.2), lambda figure: draw_profile(figure.subplots(), profile)


def by_case(groups: list[Group]) -> dict[str, dict[str, float | None]]:
    """Median loss over runs by solver and test case, or dev case where nothing was tested; `None`: failed."""
    found: dict[str, dict[str, float | None]] = {}
    for group in groups:
        cases: dict[str, list[float | None]] = {}
        for run in _runs(group):
            result = run.test or run.selected
            for name, verdict, loss in result.cases if result else ():
                if verdict is not Verdict.OK or loss is not None:
                    cases.setdefault(name, []).append(loss)
        if cases:
            found[group.solver] = {name: _middle(losses) for name, losses in cases.items()}
    return found


def _middle(losses: list[float | None]) -> float | None:
    valid = [loss for loss in losses if loss is not None]
    return statistics.median(valid) if 2 * len(valid) > len(losses) else None


def _runs(group: Group) -> list[Summary]:
    """Those whose search is over: one that is under way would look worse than it is."""
    return [e.summary for e in group.entries if e.summary is not None and e.summary.reason is not None]


def _placed(runs: Sequence[Summary], paths: Sequence[tuple[Summary, Path]]) -> list[tuple[Summary, Path]]:
    """These runs with their folders: by identity, since runs of two folders may share a name."""
    return [(run, path) for run in runs for other, path in paths if other is run]


def _titled(draw: Callable[..., None], problem: str, solvers: Mapping[str, Any]) -> Callable[[Any], None]:
    def made(figure: Any) -> None:
        draw(figure.subplots(), solvers=solvers)
        figure.suptitle(plain(problem))

    return made


def _accuracy(problem: str, groups: list[Group]) -> Callable[[Any], None]:
    def made(figure: Any) -> None:
        marks: list[Mark] = []
        humans: list[Mark] = []
        floors = []
        for group in groups:
            for entry in group.entries:
                dev, time = measure("dev")(entry), measure("time")(entry)
                floors += [dev.floor] if dev.floor else []
                if dev.value is not None and time.value is not None and not dev.failed:
                    mark = Mark(group.solver, max(time.value, 1e-3), dev.value)
                    (humans if group.human else marks).append(mark)
        draw_accuracy(figure.subplots(), marks, humans, max(floors, default=None))
        figure.suptitle(plain(problem))

    return made
