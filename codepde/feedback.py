"""What the next prompt says about a score: how wrong and where, never a value of the reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from codepde.signals.telling import told
from solversmith.records.score import CaseScore, Score
from solversmith.records.verdict import Verdict

MOST_CHARACTERS: Final = 1500
_NAMED: Final = 3
_EXPECTED: Final = 2
_LOW: Final = 1.5  # an order that is nearer to 1 than to what is expected
_PARTS: Final = {
    "nrmse_by_field": "error by field",
    "nrmse_by_band": "error by wavenumber",
    "drift": "relative violation of exact balances",
}


def feedback(score: Score) -> str:
    """At most 1500 characters; the first line is ``verdict: ...``."""
    lines = [f"verdict: {score.verdict}"]
    shown = [case for case in score.cases if case.verdict is score.verdict] or list(score.cases)
    lines += [_success(case) if case.verdict is Verdict.OK else _failure(case) for case in shown]
    text = "\n".join(line for line in lines if line)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 4] + " ..."


def _success(case: CaseScore) -> str:
    if case.loss is None:
        return ""
    metrics = case.metrics
    if "signals" in metrics:
        return told(case.loss, metrics)
    lines = [_loss(case.loss, metrics)]
    if metrics.get("saturated"):
        return lines[0]
    if metrics.get("capped"):
        lines.append("some samples have errors beyond all measure: the solution grew without bound")
    lines += _worst(metrics)
    for key, label in _PARTS.items():
        if found := metrics.get(key):
            lines.append(f"{label}: " + ", ".join(f"{name} {error:.2g}" for name, error in found.items()))
    if "l1" in metrics:
        lines.append(f"error in the 1-norm: {metrics['l1']:.2g}")
    if "nrmse_final_time" in metrics:
        lines.append(f"error at the final time: {metrics['nrmse_final_time']:.2g}")
    lines += _order(metrics)
    return "\n".join(lines)


def _order(metrics: Mapping[str, Any]) -> list[str]:
    """Where it was measured: how fast errors fall with more points, and whether that is slow."""
    order, rungs = metrics.get("order"), metrics.get("order_errors", [])
    if order is None:
        failed = ", ".join(str(points) for points, error in rungs if error is None)
        return [f"order of convergence: not known, runs failed at {failed} points"] if failed else []
    over = f" from {rungs[0][0]} to {rungs[-1][0]} points" if rungs else ""
    slow = f"; lower than expected: states are smooth, a scheme of order {_EXPECTED} shows about {_EXPECTED}"
    return [f"order of convergence{over}: {order:z.2g}{slow if order < _LOW else ''}"]


def _loss(loss: float, metrics: Mapping[str, Any]) -> str:
    if metrics.get("saturated"):
        floor = metrics["error_floor"]
        return f"loss: <= {floor:.2g}: no more than the reference can resolve, only speed is left to gain"
    over = "fields and samples" if "nrmse_by_field" in metrics else "the samples"
    return f"loss: {loss:.2g} (nRMSE, mean over {over}; lower is better)"


def _worst(metrics: Mapping[str, Any]) -> list[str]:
    return [
        f"sample {worst['sample']} ({worst['kind']}): error {worst['error']:.2g}"
        + (f", largest at t = {worst['t']:.2g}" if "t" in worst else "")
        for worst in metrics.get("worst_samples", [])[:_NAMED]
    ]


def _failure(case: CaseScore) -> str:
    """The message; of a long one the beginning and the end, where a traceback has its error."""
    room = MOST_CHARACTERS - 300
    message = case.message
    if len(message) > room:
        message = f"{message[: room // 4]}\n...\n{message[-(room - room // 4 - 5) :]}"
    return f"{message}\n{_too_slow(case.measured)}" if case.verdict is Verdict.TIME_LIMIT else message


def _too_slow(measured: Mapping[str, Any]) -> str:
    """What is known of a program that was stopped: a factor of at least 1, and where its time went."""
    wall_s, cpu_s, load_s = (measured.get(key) for key in ("wall_s", "cpu_s", "load_s"))
    if not wall_s or cpu_s is None:
        return ""
    load = f", {load_s:.2g} s of it before solver was called" if load_s else ""
    by = _by_one_sample(measured)
    return (
        f"too slow by a factor of more than 1{by or ', by how much is not known'}: it was stopped after "
        f"{wall_s:.2g} s{load}, and kept {cpu_s / wall_s:.1f} CPU threads busy"
    )


def _by_one_sample(measured: Mapping[str, Any]) -> str:
    """What a run on one sample tells: one after the other, all would take so many times that."""
    samples, one_s, limit_s = (measured.get(key) for key in ("samples", "one_sample_s", "limit_s"))
    if measured.get("one_sample_late"):
        return f" (one of the {samples} samples alone takes longer than the limit, too)"
    if not samples or not one_s or not limit_s:
        return ""
    times = f"{samples * one_s / limit_s:.2g} times the limit"
    return f" (one of the {samples} samples alone took {one_s:.2g} s; {samples} times that is {times})"
