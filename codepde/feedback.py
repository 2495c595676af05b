"""What the next prompt says about a score: how wrong and where, never a value of the reference."""

from __future__ import annotations

from typing import Any, Final

from solversmith.records.score import CaseScore, Score
from solversmith.records.verdict import Verdict

MOST_CHARACTERS: Final = 1500
_NAMED: Final = 3


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
    lines = [f"loss: {case.loss:.2g} (nRMSE, mean over the samples; lower is better)"]
    if metrics.get("capped"):
        lines.append("some samples have errors beyond all measure: the solution grew without bound")
    lines += _worst(metrics)
    if "nrmse_final_time" in metrics:
        lines.append(f"error at the final time: {metrics['nrmse_final_time']:.2g}")
    if metrics.get("saturated"):
        lines.append("the loss is below what the reference can resolve: only speed is left to gain")
    return "\n".join(lines)


def _worst(metrics: Any) -> list[str]:
    errors = metrics.get("nrmse_per_sample", [])
    order = sorted(range(len(errors)), key=lambda sample: -errors[sample])[:_NAMED]
    return [
        f"sample {sample} ({metrics['kinds'][sample]}): error {errors[sample]:.2g}, "
        f"largest at t = {metrics['worst_time_per_sample'][sample]:.2g}"
        for sample in order
    ]


def _failure(case: CaseScore) -> str:
    """The message; of a long one the beginning and the end, where a traceback has its error."""
    room = MOST_CHARACTERS - 100
    if len(case.message) <= room:
        return case.message
    return f"{case.message[: room // 4]}\n...\n{case.message[-(room - room // 4 - 5) :]}"
