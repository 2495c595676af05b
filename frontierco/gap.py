"""How far an objective is from the best known one."""

from __future__ import annotations

import math

MIN, MAX = "min", "max"


def gap(objective: float, best_known: float, sense: str) -> float:
    """Signed relative distance from the best known value, in [−1, 1].

    0 if equal, else (o − b)/max(|o|, |b|) to minimise and (b − o)/max(|o|, |b|) to maximise, clipped. 0 is
    the best known, negative beats it, 1 is as bad as no solution. Raises `ValueError` for another sense, and
    for a value that is not finite: clipping would make −1 of NaN, the best gap there is.
    """
    if sense not in (MIN, MAX):
        raise ValueError(f"sense is {MIN!r} or {MAX!r}, not {sense!r}")
    if not (math.isfinite(objective) and math.isfinite(best_known)):
        raise ValueError(f"no gap between {objective} and {best_known}: expected finite numbers")
    if objective == best_known:
        return 0.0
    excess = objective - best_known if sense == MIN else best_known - objective
    return min(1.0, max(-1.0, excess / max(abs(objective), abs(best_known))))


def better(objective: float, other: float, sense: str) -> bool:
    """Whether `objective` is strictly better than `other`."""
    return objective < other if sense == MIN else objective > other
