"""Several solvers over many units: critical differences, performance profiles, losses case by case."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from solversmith.pictures.charts import plain
from solversmith.pictures.curves import STYLES
from solversmith.stats import Profile, Ranking

_ROW: Final = 0.34
_FAILED: Final = "0.75"


def draw_ranks(axes: Any, solvers: Sequence[str], found: Ranking) -> None:
    """Average ranks on a line, the best at the left; bars join what can't be told apart.

    Demsar 2006, section 3.2.4 and figure 1.
    """
    order = sorted(range(len(solvers)), key=found.average.__getitem__)
    k = len(solvers)
    half = (k + 1) // 2
    bars = len(found.groups)
    top = _ROW * (bars + half + 1)
    axes.axis("off")
    axes.set(xlim=(1 - 0.75 * (k - 1), k + 0.75 * (k - 1)), ylim=(-top - 0.3, 1.3))
    axes.plot([1, k], [0, 0], color="black", lw=1)
    for rank in range(1, k + 1):
        axes.plot([rank, rank], [0, 0.12], color="black", lw=1)
        axes.text(rank, 0.2, str(rank), ha="center", va="bottom")
    width = min(found.critical, k - 1)
    axes.plot([1, 1 + width], [0.75, 0.75], color="black", lw=2)
    more = "" if found.critical <= k - 1 else ", beyond the line"
    axes.text(1, 0.85, f"critical difference {found.critical:.2f}{more}", va="bottom", fontsize="small")
    for place, index in enumerate(order):
        left = place < half
        level = -_ROW * (bars + 1 + (place if left else k - 1 - place))
        edge = 1 - 0.06 * (k - 1) if left else k + 0.06 * (k - 1)
        average = found.average[index]
        axes.plot([average, average, edge], [0, level, level], color="0.35", lw=0.8)
        label = f"{plain(solvers[index])}  {average:.2f}"
        axes.text(edge, level, f" {label} ", ha="right" if left else "left", va="center", fontsize="small")
    for row, group in enumerate(found.groups):
        ranks = [found.average[index] for index in group]
        axes.plot([min(ranks) - 0.03, max(ranks) + 0.03], [-_ROW * (row + 0.7)] * 2, color="black", lw=4)


def draw_profile(axes: Any, found: Profile) -> None:
    """ρ(τ) of each solver: the share of units on which it is within τ of the best; a failure never is."""
    finite = [x for values in found.needed.values() for x in values if math.isfinite(x)]
    start, end = (
        (1.0, max([*finite, 1.0]) * 1.15) if found.factor else (0.0, max([*finite, 0.0]) * 1.05 or 1.0)
    )
    for index, (name, values) in enumerate(found.needed.items()):
        inside = [x for x in values if math.isfinite(x)]
        steps = [start, *inside, end]
        shares = [found.share(name, x) for x in steps]
        axes.step(steps, shares, STYLES[index // 10 % len(STYLES)], where="post", label=plain(name))
    if found.factor:
        axes.set_xscale("log")
    what = "loss over that of the best" if found.factor else "loss less that of the best"
    axes.set(
        xlabel=what,
        ylabel="share of units",
        ylim=(-0.02, 1.02),
        xlim=(start, end),
        title="performance profile",
    )
    axes.legend(fontsize="small")


def draw_heat_map(figure: Any, losses: Mapping[str, Mapping[str, float | None]]) -> None:
    """Loss by case (rows) and solver (columns), dark for high ones; grey: it failed; white: there is none.

    Parameters
    ----------
    losses
        By solver, then by case; `None` is a failure.
    """
    import numpy as np
    from matplotlib.colors import LogNorm, Normalize

    cases = list(dict.fromkeys(case for row in losses.values() for case in row))
    grid = np.full((len(cases), len(losses)), np.nan)
    failed = np.zeros(grid.shape, dtype=bool)
    for column, row in enumerate(losses.values()):
        for case, loss in row.items():
            place = (cases.index(case), column)
            failed[place] = loss is None
            grid[place] = math.nan if loss is None else loss
    values = grid[np.isfinite(grid)]
    axes = figure.subplots()
    if values.size and values.min() > 0 and values.max() > values.min():
        norm: Any = LogNorm(values.min(), values.max())
    else:
        norm = Normalize(values.min() if values.size else 0.0, values.max() if values.size else 1.0)
    axes.set_facecolor("white")
    grey = np.where(failed, 1.0, np.nan)
    axes.imshow(grey, cmap="gray", vmin=0, vmax=1 / float(_FAILED), aspect="auto")
    picture = axes.imshow(grid, cmap="viridis_r", norm=norm, aspect="auto")
    axes.set_xticks(range(len(losses)), list(map(plain, losses)), rotation=30, ha="right", fontsize="small")
    axes.set_yticks(range(len(cases)), list(map(plain, cases)), fontsize="small")
    if grid.size <= 150:
        for row, column in np.ndindex(grid.shape):
            _annotate(axes, row, column, float(grid[row, column]), bool(failed[row, column]), norm)
    figure.colorbar(picture, ax=axes, label="loss")
    axes.set_title("loss by case (median over runs); grey: failed")


def _annotate(axes: Any, row: int, column: int, value: float, failed: bool, norm: Any) -> None:
    if failed:
        text, color = "failed", "black"
    elif math.isfinite(value):
        text, color = f"{value:.2g}", "white" if float(norm(value)) > 0.5 else "black"
    else:
        return
    axes.text(column, row, text, ha="center", va="center", fontsize="x-small", color=color)
