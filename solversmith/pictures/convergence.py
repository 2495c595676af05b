"""The order of convergence as a picture: errors over grids, both logarithmic, with the slope through them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_LEAST: Final = 1e-16  # an exact program's error, on a logarithmic scale


@dataclass(frozen=True)
class Convergence:
    """What was measured of one program's order.

    Attributes
    ----------
    label
        Which program, on which split.
    errors
        Points along an axis and the error there; `None` where the execution failed.
    order
        Minus the slope; `None` where there is none to be seen.
    note
        Why there is none.
    used
        The grids that the order rests on; empty where that was not recorded.
    """

    label: str
    errors: tuple[tuple[int, float | None], ...]
    order: float | None
    note: str = ""
    used: tuple[int, ...] = ()

    @property
    def known(self) -> list[tuple[int, float]]:
        """Grids with an error."""
        return [(points, error) for points, error in self.errors if error is not None]

    @property
    def legend(self) -> str:
        """The label with the order, and which grids failed."""
        said = f"order {self.order:z.2f}" if self.order is not None else f"no order: {self.note or 'unknown'}"
        failed = ", ".join(str(points) for points, error in self.errors if error is None)
        return f"{self.label}: {said}" + (f"; failed at {failed} points" if failed else "")


def convergence_in(label: str, metrics: Mapping[str, Any]) -> Convergence | None:
    """From the metrics of a case; `None` if its order was not measured on any grid."""
    rungs = metrics.get("order_errors")
    if not rungs:
        return None
    errors = tuple((int(points), None if error is None else float(error)) for points, error in rungs)
    used = tuple(int(points) for points in metrics.get("order_used", ()))
    return Convergence(label, errors, metrics.get("order"), str(metrics.get("order_note") or ""), used)


def draw_convergence(axes: Any, found: Sequence[Convergence]) -> None:
    """Errors of each program over the points, and through those that the order rests on its slope, dashed."""
    for each in found:
        points = [points for points, _ in each.known]
        errors = [max(error, _LEAST) for _, error in each.known]
        (line,) = axes.plot(points, errors, "o", label=each.legend)
        fitted = slope_line(each)
        if fitted:
            axes.plot(*zip(*fitted, strict=True), "--", color=line.get_color(), lw=1)
    sizes = sorted({points for each in found for points, _ in each.errors})
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.set(xlabel="points along an axis", ylabel="error (nRMSE)", title="convergence")
    axes.grid(alpha=0.3)
    if found:
        axes.legend(fontsize="small")


def slope_line(found: Convergence) -> list[tuple[int, float]]:
    """Both ends of the least-squares line in logarithms; empty where there is no order.

    It goes through the middle of the grids that were used, as a least-squares line does.
    """
    known = [(n, error) for n, error in found.known if error > 0.0 and (not found.used or n in found.used)]
    if found.order is None or len(known) < 2:
        return []
    middle = sum(math.log(n) for n, _ in known) / len(known)
    height = sum(math.log(error) for _, error in known) / len(known)
    order, ends = found.order, (min(known)[0], max(known)[0])
    return [(n, math.exp(height - order * (math.log(n) - middle))) for n in ends]
