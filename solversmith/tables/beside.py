"""What was measured beside a loss, in lines below its table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from solversmith.beside import ORDER_FAULT
from solversmith.gap import FLAGGED, gap_of
from solversmith.records.score import CaseScore
from solversmith.tables.model import seconds_text


def beside_lines(case: CaseScore) -> list[str]:
    """Error in the 1-norm, order of convergence, second call and signals, as far as a case has them."""
    order = [*order_lines(case.metrics), *_fault(case)]
    return [*_in_one_norm(case.metrics), *order, *_warm(case), *_signals(case)]


def _in_one_norm(metrics: Any) -> Iterator[str]:
    """Where there are shocks."""
    if "l1" in metrics:
        own = (
            f" (the reference's own at most {metrics['l1_estimate']:.2g})" if "l1_estimate" in metrics else ""
        )
        yield f"error in the 1-norm {metrics['l1']:.4g}{own}"


def order_lines(metrics: Any) -> Iterator[str]:
    """The order, or why there is none, and the errors that it comes from."""
    if "order" not in metrics:
        return
    order, rungs = metrics["order"], metrics.get("order_errors", [])
    if order is not None:
        said = f"{order:z.2f}"
    elif metrics.get("order_note") == "saturated":
        said = "none to be seen: errors are at the reference's own already"
    elif metrics.get("order_note") == ORDER_FAULT:
        said = "not known, by a fault of ours: measure it again"
    else:
        said = "none: too few of the executions gave an answer"
    errors = ", ".join(
        f"{points}: {'failed' if error is None else f'{error:.2g}'}" for points, error in rungs
    )
    yield f"order of convergence {said}" + (f" (errors by points {errors})" if errors else "")


def _fault(case: CaseScore) -> Iterator[str]:
    """On which grid the order was lost, and why."""
    if "order_fault" in case.measured:
        yield f"internal error on {' '.join(str(case.measured['order_fault']).split())}"


def _warm(case: CaseScore) -> Iterator[str]:
    if "warm" not in case.metrics:
        return
    warm, time_s = case.metrics["warm"], case.measured.get("time_warm_s")
    if time_s is None:
        yield f"second call: {warm['verdict']}"
    else:
        loss = f"{warm['loss']:.3g}{_worse(case, warm)}"
        yield f"second call, on other samples: {seconds_text(time_s)}, loss {loss}"


def _worse(case: CaseScore, warm: Mapping[str, Any]) -> str:
    """A time is worth nothing where the answer is: what is kept between calls may be wrong for the second."""
    gap = gap_of(case.loss, warm["loss"], case.metrics.get("error_floor"), case.metrics.get("error_floor"))
    return f" (WARNING: more than {FLAGGED:g} times the first call's)" if gap and gap.flagged else ""


def _signals(case: CaseScore) -> Iterator[str]:
    if "signals" in case.metrics:
        parts = ", ".join(f"{name} {value:.2g}" for name, value in case.metrics["signals"].items())
        yield f"signals without reference: {case.metrics.get('combined_signal', 0.0):.2g} ({parts})"
