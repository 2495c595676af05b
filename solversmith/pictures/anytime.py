"""Gap over time of several solvers on one problem, from what the journals of their runs say.

A curve holds, at each time, the gap of the best solution that a program had yielded by then: 1 before the
first feasible solution and at most 1 afterwards, so that none is never better than a poor one. A case that
failed counts with the loss of a failure all the time, whatever its program had yielded before, for a failure
never outranks a success.
"""

from __future__ import annotations

import statistics
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from solversmith.contract.problem import DEV, TEST
from solversmith.floors import cases_in
from solversmith.pictures.charts import Curve, loss_scale, plain, shown
from solversmith.pictures.curves import STYLES
from solversmith.records.run import CandidateRecord, RoundRecord, TestRecord
from solversmith.records.verdict import Verdict
from solversmith.store import RunDirectory
from solversmith.story import measured_of
from solversmith.summary import Summary

_NOTHING: Final = 1.0  # the gap of no solution


@dataclass(frozen=True)
class Traces:
    """The chosen program of each run of a solver, case by case: best gap so far over seconds.

    `runs` of them have curves; `without` have none: no chosen program, or no measurements of its cases.
    """

    curves: tuple[Curve, ...]
    limit_s: float
    runs: int
    without: int = 0


def traces_of(solvers: Mapping[str, Sequence[tuple[Summary, Path]]]) -> tuple[str, dict[str, Traces]]:
    """The split, and the traces of each solver; none where no program of any of them yields.

    On test where every chosen program was scored there, else on dev: the two are never mixed.

    Raises
    ------
    BadData
        A run is not there any more, or was damaged.
    """
    runs = [run for own in solvers.values() for run, _ in own if run.selected is not None]
    split = TEST if all(run.test is not None for run in runs) else DEV
    found: dict[str, Traces] = {}
    yields = False
    for name, own in solvers.items():
        cases = [_run(run, path, split) for run, path in own if run.selected is not None]
        curves = [curve for each in cases for curve, _ in each]
        limits = [limit_s for each in cases for _, limit_s in each]
        yields = yields or any(len(curve) > 1 or curve[0][1] < _NOTHING for curve in curves)
        if curves:
            traced = sum(1 for each in cases if each)
            found[name] = Traces(tuple(curves), max(limits), traced, len(own) - traced)
    return split, found if yields else {}


def best_so_far(rows: Iterable[Sequence[Any]]) -> list[tuple[float, float]]:
    """Times and gaps of improvements, from a case's `[t_s, objective, gap]` rows; infeasible: no gap."""
    found: list[tuple[float, float]] = []
    for t_s, _, gap in rows:
        if gap is not None and (not found or gap < found[-1][1]):
            found.append((float(t_s), min(float(gap), _NOTHING)))
    return found


def over_cases(curves: Sequence[Curve]) -> list[tuple[float, float, float]]:
    """Seconds, mean and median gap of all curves, wherever one of them changes; 1 before a curve begins."""
    starts = [[t_s for t_s, _ in curve] for curve in curves]
    found = []
    for t_s in sorted({t_s for each in starts for t_s in each}):
        places = [bisect_right(each, t_s) for each in starts]
        gaps = [curve[at - 1][1] if at else _NOTHING for curve, at in zip(curves, places, strict=True)]
        found.append((t_s, statistics.fmean(gaps), statistics.median(gaps)))
    return found


def draw_over_time(axes: Any, split: str, solvers: Mapping[str, Traces]) -> None:
    """Mean (line) and median (thin) gap over all cases and runs against seconds, a colour a solver."""
    every: list[float] = []
    for index, (name, traces) in enumerate(solvers.items()):
        points = over_cases(traces.curves)
        points = [point for point in points if point[0] > 0] or points
        times = [point[0] for point in points]
        means, medians = [point[1] for point in points], [point[2] for point in points]
        ends = [*times, max(traces.limit_s, times[-1])]
        style = STYLES[index // 10 % len(STYLES)]
        told = f"{traces.runs} runs" if traces.runs > 1 else "1 run"
        told += f", {traces.without} without a curve" if traces.without else ""
        (line,) = axes.step(
            ends,
            [*map(shown, means), shown(means[-1])],
            style,
            where="post",
            label=f"{plain(name)} ({told})",
        )
        thin = [*map(shown, medians), shown(medians[-1])]
        axes.step(ends, thin, where="post", color=line.get_color(), lw=0.7, alpha=0.6)
        every += [*means, *medians]
    loss_scale(axes, every)
    axes.set_xscale("log")
    axes.set(
        xlabel="seconds since the program's start",
        ylabel=f"gap to best known, {split}",
        title="gap over time: mean over cases and runs (thin: median)",
    )
    axes.legend(fontsize="small")


def _run(run: Summary, path: Path, split: str) -> list[tuple[Curve, float]]:
    """Curve and limit of each case of the chosen program that has a gap, or failed."""
    assert run.selected is not None
    with RunDirectory.read(path) as store:
        record = _scored(store, run.selected.id, split)
        if record is None:
            return []
        cases = cases_in(record.details, store.text)
        measured = measured_of(store, record)
    found: list[tuple[Curve, float]] = []
    for case in cases:
        about = measured.get(str(case.get("case")), {})
        limit_s = about.get("limit_s")
        if not isinstance(limit_s, int | float):
            continue
        if case.get("verdict") != str(Verdict.OK):
            found.append(([(0.0, run.failure_loss)], float(limit_s)))
        elif curve := best_so_far(about.get("trajectory") or ()):
            found.append((curve, float(limit_s)))
    return found


def _scored(store: RunDirectory, candidate: str, split: str) -> RoundRecord | TestRecord | None:
    """The record in which a candidate was scored on a split."""
    if split == TEST:
        tests = (record for record in store.records() if isinstance(record, TestRecord))
        return next((record for record in tests if record.candidate == candidate), None)
    rounds: dict[tuple[str, int], RoundRecord] = {}
    chosen: CandidateRecord | None = None
    for record in store.records():
        if isinstance(record, RoundRecord):
            rounds[record.proposal, record.round] = record
        elif isinstance(record, CandidateRecord) and record.id == candidate:
            chosen = record
    return None if chosen is None else rounds.get((chosen.proposal, chosen.round))
