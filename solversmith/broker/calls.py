"""Call records: how a try begins, how it ends, and what a recorded completion was."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from solversmith.broker.cache import Bought
from solversmith.broker.requests import Most
from solversmith.contract.model import FREE, Completion, Price, TokenUsage
from solversmith.records.run import CallRecord

_MOST_ERROR = 400
_MOST_NAME = 200
_MOST_MEASURED = 1500
REPORTED, _ESTIMATED = "reported", "estimated"
_REFUSED = "refused"


def call_id(proposal: str, round: int, step: int) -> str:
    """The idempotency key within a run."""
    return f"{proposal}.r{round}.s{step}"


def new_call(proposal: str, round: int, step: int, request: str, model: str) -> CallRecord:
    """A call before its first try."""
    name = call_id(proposal, round, step)
    return CallRecord(name, "started", proposal, round, step, request, 0, model=model[:_MOST_NAME])


def started(call: CallRecord, attempt: int, most: Most) -> CallRecord:
    """A try that is about to be sent; `measured` says whether its bound is one of bytes, or an estimate."""
    bound = {"input_bytes": most.input_bytes, "input_bound": _ESTIMATED if most.estimated else "bytes"}
    return replace(call, attempt=attempt, most_tokens=most.tokens, most_usd=most.usd, measured=bound)


def ended(start: CallRecord, event: str, error: str, *, charged: bool, refused: bool = False) -> CallRecord:
    """A try without a completion: `failed` or `in_doubt`; charged at its most, or not at all.

    One that is refused for good says so as its `finish_reason`.
    """
    return replace(
        start,
        event=event,
        most_tokens=(start.most_tokens or 0) if charged else None,
        most_usd=start.most_usd if charged else None,
        error=error[:_MOST_ERROR],
        finish_reason=_REFUSED if refused else None,
        measured={},
    )


def is_refused(record: CallRecord) -> bool:
    """Whether this request is never to be sent again."""
    return record.event == "failed" and record.finish_reason == _REFUSED


def completed(
    start: CallRecord, completion: Completion, price: Price | None, put: Callable[[str], str], wall_s: float
) -> CallRecord:
    """A try that was answered whole; its texts are kept by `put` first."""
    usage = completion.usage
    reported = REPORTED if usage.measured else _ESTIMATED
    dated = {"price_date": price.date} if price is not None and price.date else {}
    return replace(
        start,
        event="completed",
        most_usd=None,
        most_tokens=None,
        completion=put(completion.text),
        reasoning=put(completion.reasoning) if completion.reasoning else None,
        model=completion.model[:_MOST_NAME],
        finish_reason=completion.finish_reason[:_MOST_NAME],
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cached_tokens=usage.cached_tokens,
        reasoning_tokens=usage.reasoning_tokens,
        cost_usd=None if price is None else price.cost_usd(usage),
        measured={**_small(completion.measured), "wall_s": round(wall_s, 3), "usage": reported, **dated},
    )


def kept(call: CallRecord, bought: Bought, put: Callable[[str], str]) -> CallRecord:
    """A completion that was bought before, by whatever run: nothing is charged."""
    record = completed(call, bought.completion, FREE, put, 0.0)
    measured = {**record.measured, "asked": call.model}
    return replace(record, from_cache=True, saved_usd=bought.cost_usd, measured=measured)


def recorded(record: CallRecord, text: Callable[[str], str]) -> Completion:
    """The completion that a record holds."""
    usage = TokenUsage(
        record.input_tokens,
        record.output_tokens,
        record.cached_tokens,
        record.reasoning_tokens,
        measured=record.measured.get("usage") != _ESTIMATED,
    )
    return Completion(
        text=text(record.completion or ""),
        model=record.model or "",
        finish_reason=record.finish_reason or "stop",
        usage=usage,
        reasoning=text(record.reasoning) if record.reasoning else "",
        measured=record.measured,
    )


def _small(measured: Mapping[str, Any]) -> dict[str, Any]:
    """What a model measured, if it fits a record: a completion is never lost for it."""
    try:
        fits = len(json.dumps(measured, allow_nan=False)) <= _MOST_MEASURED
    except (TypeError, ValueError):
        fits = False
    return dict(measured) if fits else {}
