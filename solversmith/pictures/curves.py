"""Curves of several solvers on one problem: best of n, and loss against what was spent."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any, Final

from solversmith.candidates import Counted, best_of_k, losses_of
from solversmith.pictures.charts import loss_scale, plain, shown
from solversmith.stats import Step, best_at_budget, curve, median_interval, pool_interval
from solversmith.stats.pool import best_at_k
from solversmith.summary import Summary

_POINTS: Final = 60
COSTS: Final = {"tokens": "tokens", "usd": "USD", "calls": "calls", "cpu_s": "CPU seconds of programs"}
STYLES: Final = ("-", "--", ":", "-.")


def draw_best_of_n(axes: Any, solvers: Mapping[str, Sequence[Summary]]) -> None:
    """Dev loss of the best of k candidates over k, for each solver over its runs.

    Of independent candidates the expectation over all subsets, of a search what its first k reached. The line
    is the median over runs; the band holds the 95 % interval of that median from 6 runs on, all runs below
    that, and for a single run of independent candidates what resampling it can tell, up to a quarter of n.
    """
    every: list[float] = []
    for index, (name, runs) in enumerate(solvers.items()):
        most = min((len(run.every) for run in runs), default=0)
        if not most:
            continue
        ks = _spread(most)
        rows = [[_best(run, k) for run in runs] for k in ks]
        every += [loss for row in rows for loss in row]
        style = STYLES[index // 10 % len(STYLES)]
        (line,) = axes.plot(
            ks, [shown(statistics.median(row)) for row in rows], style, label=_label(name, runs)
        )
        band = [(k, *ends) for k, row in zip(ks, rows, strict=True) if (ends := _band(runs, k, row))]
        if band:
            places, low, high = zip(*band, strict=True)
            axes.fill_between(
                places,
                list(map(shown, low)),
                list(map(shown, high)),
                color=line.get_color(),
                alpha=0.15,
                lw=0,
            )
    loss_scale(axes, every)
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set(xlabel="k candidates", ylabel="dev loss of the best of k", title="best of n")
    _legend(axes)


def draw_cost(axes: Any, solvers: Mapping[str, Sequence[Summary]], unit: str = "tokens") -> None:
    """Best dev loss so far against what a run had spent: the median over runs where at least half have one.

    `unit`: one of `COSTS`. Completions count at their first price.
    """
    every: list[float] = []
    for index, (name, runs) in enumerate(solvers.items()):
        reached = [curve(_steps(run.every, unit)) for run in runs]
        budgets = sorted({step.spent for steps in reached for step in steps})
        points = []
        for budget in budgets:
            losses = [best_at_budget(steps, budget) for steps in reached]
            known = sorted(loss for loss in losses if loss is not None)
            if 2 * len(known) > len(losses):
                padded = known + [float("inf")] * (len(losses) - len(known))
                points.append((budget, padded[(len(padded) - 1) // 2]))
        if points:
            spent, best = zip(*points, strict=True)
            end = max(float(getattr(one.spent, unit) or 0.0) for run in runs for one in run.every)
            style = STYLES[index // 10 % len(STYLES)]
            axes.step(
                (*spent, max(end, spent[-1])),
                [*map(shown, best), shown(best[-1])],
                style,
                where="post",
                label=_label(name, runs),
            )
            every += best
    loss_scale(axes, every)
    axes.set(xlabel=COSTS[unit], ylabel="best dev loss so far", title="loss against cost")
    _legend(axes)


def _best(run: Summary, k: int) -> float:
    found = best_of_k(run.every, k, run.failure_loss, run.independent)
    assert found is not None
    return found


def _band(runs: Sequence[Summary], k: int, row: Sequence[float]) -> tuple[float, float] | None:
    if len(runs) > 1:
        interval = median_interval(row)
        if interval.low is not None and interval.high is not None:
            return interval.low, interval.high
        return min(row), max(row)
    if not runs[0].independent:
        return None
    interval = pool_interval(losses_of(runs[0].every, runs[0].failure_loss), k, best_at_k)
    return None if interval.low is None or interval.high is None else (interval.low, interval.high)


def _steps(every: Sequence[Counted], unit: str) -> list[Step]:
    """A candidate that failed somewhere never is the best so far, whatever its mean."""
    amounts = [(getattr(one.spent, unit), one) for one in every]
    return [Step(float(a), one.loss if not one.failed else None) for a, one in amounts if a is not None]


def _spread(most: int) -> list[int]:
    """At most sixty numbers up to this one, denser at the beginning."""
    if most <= _POINTS:
        return list(range(1, most + 1))
    return sorted({round(most ** (i / (_POINTS - 1))) for i in range(_POINTS)})


def _label(name: str, runs: Sequence[Summary]) -> str:
    return f"{plain(name)} ({len(runs)} runs)" if len(runs) > 1 else plain(name)


def _legend(axes: Any) -> None:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize="small")
