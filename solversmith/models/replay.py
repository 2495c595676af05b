"""The model `replay:RUN`: the completions of an earlier run, found by the hash of the request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solversmith.broker.requests import request_text
from solversmith.contract.model import FREE, Completion, Price, Request, TokenUsage
from solversmith.contract.running import RunStore
from solversmith.errors import MissingPrerequisite, UsageError
from solversmith.models.prices import price_of
from solversmith.records.codec import canonical_json, sha256
from solversmith.records.run import CallRecord

SUMMARY = "the recorded completions of the run in folder RUN, by request; costs nothing; replay:RUN"
DEFAULT_FOLDER = Path("runs")


@dataclass(frozen=True)
class ReplayModel:
    """Answers exactly the requests that the earlier run holds an answer to."""

    name: str
    store: RunStore
    completed: Mapping[str, CallRecord]  # by the hash of the request, whichever of several models it was for
    price: Price | None = FREE

    def complete(self, request: Request, key: str) -> Completion:
        """The recorded completion. Raises `MissingPrerequisite` for a request that was never answered."""
        sha = _key(request_text(request))
        record = self.completed.get(sha)
        if record is None:
            raise MissingPrerequisite(
                f"{self.name} holds no answer to the request {sha[:12]} (sample {request.sample}, seed "
                f"{request.seed}, role {request.role}): a replay needs the problem, method, seed and "
                "settings of that run"
            )
        return Completion(
            text=self.store.text(record.completion or ""),
            model=record.model or self.name,
            finish_reason=record.finish_reason or "stop",
            usage=TokenUsage(
                record.input_tokens, record.output_tokens, record.cached_tokens, record.reasoning_tokens
            ),
            reasoning=self.store.text(record.reasoning) if record.reasoning else "",
        )


def build(argument: str, options: Mapping[str, Any]) -> ReplayModel:
    """The model from a run's folder, or from its name within `options["runs"]` (default: `runs`).

    Raises `UsageError` without a run, `BadData` if there is none.
    """
    from solversmith.store.directory import RunDirectory

    if not argument:
        raise UsageError("the model 'replay' needs a run: write --model replay:RUN")
    path = Path(argument).expanduser()
    inside = Path(options.get("runs") or DEFAULT_FOLDER) / argument
    store = RunDirectory.read(inside if not path.exists() and inside.exists() else path)
    completed: dict[str, CallRecord] = {}
    for record in store.records():
        if isinstance(record, CallRecord) and record.event == "completed":
            completed.setdefault(_key(store.text(record.request)), record)
    price = price_of(options)
    return ReplayModel(f"replay:{argument}", store, completed, FREE if price is None else price)


def _key(text: str) -> str:
    """A hash of a request as text, without the member of a mixture that it was for."""
    body = json.loads(text)
    body.pop("model", None)
    return sha256(canonical_json(body))
