"""The published arithmetic: what the published evaluation makes of an objective, traps included.

FrontierCO (arXiv 2505.16952) and CO-Bench (arXiv 2504.04310) score a solution of value s against the best
known value b by 1 − |s − b|/max(s, b), whichever way the sense goes. So a solution that beats b scores less
than one that equals it, and a negative value can score anything.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from frontierco.definition import Definition
from frontierco.evaluation import Evaluation


@dataclass(frozen=True)
class Published:
    """An objective by the published arithmetic, or why the published evaluation has none; and its score."""

    objective: float | None
    says: str = ""
    score: float | None = None


def published_score(objective: float, best: float) -> float | None:
    """1 − |s − b|/max(s, b): 1 is the best known value, and nothing bounds it below.

    `None` where the published code divides by zero or gets no number.
    """
    largest = max(objective, best)
    if largest == 0 or not math.isfinite(objective):
        return None
    return 1.0 - abs(objective - best) / largest


def published_result(
    definition: Definition,
    instance: Any,
    arrays: Mapping[str, NDArray[Any]],
    ours: Evaluation,
    best: float | None,
) -> Published:
    """What the published evaluation says of a solution, `ours` being what this one says.

    The two are the same where the definition has no arithmetic of its own for it.
    """
    agrees = definition.agrees is not None and definition.agrees(instance, arrays, ours)
    found: float | str
    if definition.published is not None and not agrees:
        found = definition.published(instance, arrays)
    else:
        found = "; ".join(ours.violations) if ours.objective is None else ours.objective
    if isinstance(found, str):
        return Published(None, found)
    if best is None:
        return Published(found)
    score = published_score(found, best)
    return Published(found, "" if score is not None else "its score is no number", score)
