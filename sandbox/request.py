"""What a supervisor is asked, and what it finds out on the way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.spec import AnswerSpec, EndedBy, Limits, declared
from sandbox.wire import Buffer


@dataclass(frozen=True)
class Request:
    """A job, as it reaches the supervisor."""

    harness: Buffer
    payload: Buffer
    program: Buffer
    shim: str
    entry_point: str
    anytime: bool
    answer: tuple[tuple[str, AnswerSpec], ...]
    limits: Limits
    environment: Mapping[str, str]
    expected: Mapping[str, Any]
    asked_s: float  # monotonic
    seed: int = 0
    cores: tuple[int, ...] = ()  # to run on; empty: wherever the system likes
    again: Buffer | None = None  # payload of a second call

    @classmethod
    def from_message(cls, header: Mapping[str, Any], blobs: Sequence[Buffer]) -> Request:
        """The request that a message carries."""
        answer = tuple((key, declared(declaration)) for key, *declaration in header["answer"])
        return cls(
            harness=blobs[0],
            payload=blobs[1],
            program=blobs[2],
            shim=header["shim"],
            entry_point=header["entry_point"],
            anytime=header["anytime"],
            answer=answer,
            limits=Limits(**header["limits"]),
            environment=header["environment"],
            expected=header["expected"],
            asked_s=header["asked_s"],
            seed=header["seed"],
            cores=tuple(header["cores"]),
            again=blobs[3] if len(blobs) > 3 else None,
        )

    @property
    def cpu_s(self) -> float:
        """Seconds of processor time that each process may use, over all calls."""
        limits = self.limits
        calls = 1 if self.again is None else 2
        return calls * (limits.wall_s * limits.threads + 5 if limits.cpu_s is None else limits.cpu_s)

    @property
    def frame_bytes(self) -> int:
        """Bytes of all frames together: a backstop that an honest solver of hours does not come near."""
        given = self.limits.frame_bytes
        return max(4 << 30, math.ceil(self.limits.wall_s) * (32 << 20)) if given is None else given


@dataclass
class Times:
    """Moments on the monotonic clock, in seconds."""

    launched: float = 0.0
    started: float = 0.0
    ready: float = 0.0
    begun: float = 0.0  # t = 0
    entered: float = 0.0
    again: float = 0.0  # the second payload was sent
    ended: float = 0.0


@dataclass
class Peak:
    """The most that was seen."""

    memory: int = 0
    processes: int = 0
    threads: int = 0
    address_space: int = 0
    data: int = 0


@dataclass
class Result:
    """What goes back to the owner."""

    ended_by: EndedBy
    message: str
    exit_code: int | None = None
    mismatch: str = ""
