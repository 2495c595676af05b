"""One proposal carried out, in rounds: ask, extract, evaluate, tell what went wrong, ask again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AttemptSettings:
    """How models are asked, in every attempt of a run."""

    max_output_tokens: int = 16384
    temperature: float | None = None  # where the proposal sets none; None: left to the model
    reasoning_effort: str | None = None
    feedback: bool = True  # False: a repair is asked for without telling what went wrong
