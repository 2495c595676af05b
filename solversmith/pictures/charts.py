"""Charts that any problem has: what the search found, and how solutions got better while programs ran."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from solversmith.quoting import cleaned

_LEAST: Final = 1e-16
_MOST_LABEL: Final = 36
Curve = Sequence[tuple[float, float]]  # seconds and gap, the gap holding until the next


@dataclass(frozen=True)
class Mark:
    """A program in a chart."""

    label: str
    wall_s: float
    loss: float


def pareto(marks: Sequence[Mark]) -> list[Mark]:
    """The marks that no other beats in both time and loss, the quickest first."""
    front: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.wall_s, mark.loss)):
        if not front or mark.loss < front[-1].loss:
            front.append(mark)
    return front


def draw_accuracy(axes: Any, candidates: Sequence[Mark], humans: Sequence[Mark], floor: float | None) -> None:
    """Loss against run time of every valid candidate, human programs beside them, and the Pareto front."""
    everyone = [*candidates, *humans]
    for marks, style in ((candidates, "o"), (humans, "s")):
        if marks:
            axes.plot(*_points(marks), style, label="candidates" if style == "o" else "human programs")
    for mark in humans:
        axes.annotate(
            plain(mark.label),
            (mark.wall_s, max(mark.loss, _LEAST)),
            xytext=(4, 4),
            textcoords="offset points",
        )
    front = pareto(everyone)
    if len(front) > 1:
        axes.step(*_points(front), where="post", color="0.5", lw=0.8, label="Pareto front")
    if floor:
        axes.axhline(floor, color="tab:red", lw=0.8, ls="--", label="what the reference can resolve")
    loss_scale(axes, [mark.loss for mark in everyone])
    axes.set(
        xscale="log",
        xlabel="run time over all dev cases, s",
        ylabel="dev loss",
        title="accuracy and run time",
    )
    if everyone:
        axes.legend(fontsize="small")


def draw_progress(axes: Any, losses: Sequence[tuple[int, float]]) -> None:
    """The best loss so far over the candidates in the order in which they were proposed."""
    if losses:
        numbers, values = zip(*sorted(losses), strict=True)
        axes.plot(numbers, np.maximum(values, _LEAST), "o", color="0.7", label="candidate")
        best = np.minimum.accumulate(values)
        axes.step(numbers, np.maximum(best, _LEAST), where="post", label="best so far")
        axes.legend(fontsize="small")
    loss_scale(axes, [loss for _, loss in losses])
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set(xlabel="candidate", ylabel="dev loss", title="the search")


def draw_anytime(axes: Any, curves: Mapping[str, tuple[Curve, float]]) -> None:
    """Gap over time of every case, each with its time limit; a curve ends at its last solution's value."""
    for case, (curve, limit_s) in curves.items():
        times, gaps = zip(*curve, strict=True)
        axes.step((*times, limit_s), (*gaps, gaps[-1]), where="post", label=plain(case))
    loss_scale(axes, [gap for curve, _ in curves.values() for _, gap in curve])
    axes.set(xlabel="seconds", ylabel="gap to best known", title="anytime")
    if curves:
        axes.legend(fontsize="small")


def _points(marks: Sequence[Mark]) -> tuple[list[float], list[float]]:
    return [mark.wall_s for mark in marks], [max(mark.loss, _LEAST) for mark in marks]


def plain(text: str) -> str:
    """A name as a label: short, on one line, and no formula, which matplotlib makes of dollar signs."""
    line = " ".join(cleaned(text).split())
    short = line if len(line) <= _MOST_LABEL else f"{line[: _MOST_LABEL - 1]}…"
    return short.replace("$", r"\$")


def shown(loss: float) -> float:
    """A loss on a logarithmic axis, where an exact zero stands at the lower end."""
    return _LEAST if loss == 0 else loss


def loss_scale(axes: Any, losses: Sequence[float]) -> None:
    """Logarithmic unless a value is zero or negative: what beats the best known one is to be seen."""
    if losses and min(losses) > 0.0:
        axes.set_yscale("log")
    elif any(losses):
        axes.set_yscale("symlog", linthresh=max(1e-4, 1e-3 * max(map(abs, losses))))
