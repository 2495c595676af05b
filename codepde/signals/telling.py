"""What the next prompt says of a score that signals made: nothing in it comes from a reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from codepde.signals.probes import BOOST, BUDGETS, HALF, RESIDUAL, RESTART, SHIFT

_LABELS: Final = {
    HALF: "difference to the same program at half as many points",
    RESTART: "difference at a later time when started again from an earlier one",
    SHIFT: "difference when the initial state is shifted",
    BOOST: "difference when the initial state is seen by a moving observer",
    BUDGETS: "relative violation of exact balances",
    RESIDUAL: "relative residual of the equation at the points",
}


def told(loss: float, metrics: Mapping[str, Any]) -> str:
    """The combined signal, each one, and why one that counts 1 could not be had."""
    lines = [
        f"loss: {loss:.2g} (the mean of the signals below, each counting at most 1; lower is better). "
        "No reference was used: they can't see that another equation is solved."
    ]
    failed = metrics.get("failed_probes", {})
    for name, value in metrics["signals"].items():
        why = f"; it failed: {failed[name]}" if name in failed else ""
        lines.append(f"{_LABELS.get(name, name)}: {value:.2g}{why}")
    return "\n".join(lines)
