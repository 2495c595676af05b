"""What an owner tells a supervisor of a job, and hears back."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from sandbox.keeping import unpacked
from sandbox.spec import EndedBy, Frame, Job, Outcome, Usage
from sandbox.wire import Buffer


@lru_cache(maxsize=1)
def shim() -> str:
    """The source text that runs inside the box."""
    return Path(__file__).with_name("shim.py").read_text(encoding="utf-8")


def of_job(job: Job, expected: Mapping[str, Any], cores: Sequence[int]) -> dict[str, Any]:
    """What a supervisor is told of a job; `blobs_of` go with it."""
    return {
        "shim": shim(),
        "entry_point": job.entry_point,
        "anytime": job.anytime,
        "answer": [[key, *spec.declaration()] for key, spec in job.answer.items()],
        "limits": asdict(job.limits),
        "environment": dict(job.environment),
        "expected": dict(expected),
        "asked_s": time.monotonic(),
        "seed": job.seed,
        "cores": list(cores),
    }


def blobs_of(job: Job) -> list[Buffer]:
    """Harness, payload and program."""
    # A lone surrogate is no text; the program's own compiler shall say so.
    return [job.harness.encode(), job.payload, job.program.encode("utf-8", "surrogatepass")]


def outcome(
    job: Job, level: str, reply: Mapping[str, Any], blobs: list[bytearray], detail: Mapping[str, Any]
) -> Outcome:
    """What a supervisor's reply says; its arrays are taken out of `blobs`."""
    frames = tuple(Frame(*found) for found in unpacked(reply["kept"], blobs, list(job.answer)))
    return Outcome(
        ended_by=EndedBy(reply["ended_by"]),
        frames=frames,
        message=reply["message"],
        stdout=reply["stdout"],
        stderr=reply["stderr"],
        exit_code=reply["exit_code"],
        usage=Usage(**reply["usage"]),
        level=level,
        detail={
            **detail,
            "reported": {k: v for k, v in reply["hello"].items() if k != "started_s"},
        },
    )
