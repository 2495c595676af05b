"""The doors of everything that carries a run: sandbox, pool, stop criterion, run store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from numpy.typing import NDArray

from sandbox.spec import Job, Outcome
from solversmith.contract.method import History
from solversmith.records.run import Record

Task_contra = TypeVar("Task_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)
Result = TypeVar("Result")


@runtime_checkable
class Sandbox(Protocol):
    """Runs programs that nobody trusts. Thread-safe; each call leases a slot."""

    @property
    def level(self) -> str:
        """L0 ... L5, as reached by probing."""
        ...

    def run(self, job: Job) -> Outcome:
        """Execute once; the whole process tree is dead when this returns. Raises only `SandboxError`."""
        ...

    def describe(self) -> Mapping[str, Any]:
        """Level, probes, backend, interpreter and solver environment, for records and `doctor`."""
        ...

    def close(self) -> None:
        """End every execution and the supervisors."""
        ...


@dataclass(frozen=True)
class Lost:
    """A task whose worker is gone; nothing is known of it. It is never retried blindly."""

    reason: str


@dataclass(frozen=True)
class Failed(Generic[Result]):
    """A task that raised; the exception is ours to handle."""

    error: BaseException


@runtime_checkable
class Pool(Protocol[Task_contra, Result_co]):
    """Carries out tasks by the work function that it was made with."""

    def submit(self, task: Task_contra) -> int:
        """Start or queue a task; its id."""
        ...

    def completed(self, timeout_s: float | None) -> Sequence[tuple[int, Result_co | Failed[Any] | Lost]]:
        """What has finished since last asked; waits up to `timeout_s` for the first, for ever if `None`."""
        ...

    def cancel(self, task_id: int) -> None:
        """Forget a task if it has not begun; ask it to stop if it has."""
        ...

    def capacity(self) -> int:
        """How many further tasks would begin at once."""
        ...

    def close(self) -> None:
        """Wait for nothing; drop what is queued."""
        ...


@dataclass(frozen=True)
class Spent:
    """What a run has used so far, over all its sessions."""

    calls: int = 0
    tokens: int = 0
    usd: float = 0.0
    cpu_s: float = 0.0
    wall_s: float = 0.0


@runtime_checkable
class StopCriterion(Protocol):
    """Says when a search is over; asked before every proposal."""

    def __call__(self, history: History, spent: Spent) -> str | None:
        """Why to stop, in a few words; `None` to go on."""
        ...


@runtime_checkable
class RunStore(Protocol):
    """The run directory: an append-only journal of records and the texts and arrays they cite."""

    def append(self, record: Record) -> int:
        """Write a record; it is durable when this returns. Its position, from 0."""
        ...

    def records(self, start: int = 0) -> Iterator[Record]:
        """The records from position `start` on, in journal order; costs no more than what it gives."""
        ...

    def put_text(self, text: str) -> str:
        """Keep a text; durable when this returns. Its SHA-256."""
        ...

    def text(self, sha: str) -> str:
        """A text by its SHA-256. Raises `KeyError`."""
        ...

    def put_array(self, array: NDArray[Any]) -> str:
        """Keep a trusted array made by a scorer. Its SHA-256."""
        ...

    def array(self, sha: str) -> NDArray[Any]:
        """An array by its SHA-256. Raises `KeyError`."""
        ...
