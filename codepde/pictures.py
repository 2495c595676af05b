"""Pictures of PDE answers: the solution, the reference, and the error between them in space and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from codepde.family import Family, Output
from codepde.grid import Array, Grid
from codepde.references.reference import Reference

_LEAST: Final = 1e-16  # errors are drawn on a logarithmic scale


def draw_fields(
    figure: Any, family: Family, fields: Mapping[str, Array], references: Sequence[Reference], sample: int = 0
) -> None:
    """One row per field: answer, reference, logarithm of the difference, and the error over time.

    ``fields`` by output name, each ``(batch, frames, *space)`` or ``(batch, *space)``; one sample is drawn.
    In two dimensions the panels show the last frame.
    """
    columns = 3 if family.grid.steady else 4
    rows = figure.subplots(len(family.outputs), columns, squeeze=False)
    for row, output in zip(rows, family.outputs, strict=True):
        found, exact = fields[output.name][sample], references[sample].fields[output.name]
        _draw_row(row, output, family.grid, found, exact)
    figure.suptitle(f"{family.name}, sample {sample}: {family.equation}")


def error_over_time(found: Array, exact: Array) -> Array:
    """``‖u − u_ref‖₂ / ‖u_ref‖₂`` of every frame, ``(frames,)``; of zeros by the trajectory's size."""
    axes = tuple(range(1, exact.ndim))
    size = np.sqrt(np.mean(exact**2, axis=axes))
    size = np.where(size > 0.0, size, max(float(np.sqrt(np.mean(exact**2))), _LEAST))
    error: Array = np.sqrt(np.mean((found - exact) ** 2, axis=axes)) / size
    return error


def _draw_row(row: Any, output: Output, grid: Grid, found: Array, exact: Array) -> None:
    reach = float(np.max(np.abs(exact))) or 1.0
    low = 0.0 if float(np.min(exact)) >= 0.0 else -reach
    colours = {"cmap": "viridis" if low == 0.0 else "RdBu_r", "vmin": low, "vmax": reach}
    error = np.log10(np.maximum(np.abs(found - exact) / reach, _LEAST))
    when = "" if grid.steady or grid.dimension == 1 else f" at t = {grid.final_time:g}"
    _panel(row[0], grid, found, f"answer {output.symbol}{when}", **colours)
    _panel(row[1], grid, exact, f"reference {output.symbol}{when}", **colours)
    _panel(
        row[2],
        grid,
        error,
        f"log10 |difference| / {reach:.2g}{when}",
        cmap="magma",
        vmin=np.percentile(error, 2),
    )
    if not grid.steady:
        axes = row[3]
        axes.semilogy(grid.times[1:], np.maximum(error_over_time(found, exact)[1:], _LEAST))
        axes.set(title=f"error of {output.symbol} over time", xlabel="t", ylabel="relative error")
        axes.grid(alpha=0.3)


def _panel(axes: Any, grid: Grid, field: Array, title: str, **style: Any) -> None:
    """A field in space and time, or over the plane."""
    upper = grid.lower + grid.extent
    plane = grid.dimension == 2
    shown = field if grid.steady else field[-1] if plane else field
    extent = (grid.lower, upper, *((grid.lower, upper) if plane else (0.0, grid.final_time)))
    values = shown.T if plane else shown
    image = axes.imshow(values, origin="lower", aspect="equal" if plane else "auto", extent=extent, **style)
    axes.set(title=title, xlabel="x", ylabel="y" if plane else "t")
    axes.figure.colorbar(image, ax=axes)
