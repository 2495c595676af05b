"""One task after the other, in the caller's thread: nothing to share, nothing to go wrong."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from solversmith.contract.running import Failed, Lost

SUMMARY = "one attempt after the other, in this process"
Task = TypeVar("Task")
Result = TypeVar("Result")


class SerialPool(Generic[Task, Result]):
    """Carries out one task each time that it is asked what has finished."""

    def __init__(self, work: Callable[[Task], Result]) -> None:
        self._work = work
        self._waiting: deque[tuple[int, Task]] = deque()
        self._submitted = 0

    def submit(self, task: Task) -> int:
        """Queue a task; its id."""
        self._submitted += 1
        self._waiting.append((self._submitted - 1, task))
        return self._submitted - 1

    def completed(self, timeout_s: float | None) -> Sequence[tuple[int, Result | Failed[Any] | Lost]]:
        """Carry out the first task that waits; an interrupt leaves through here."""
        if not self._waiting:
            return []
        task_id, task = self._waiting.popleft()
        try:
            return [(task_id, self._work(task))]
        except Exception as error:  # noqa: BLE001 - handed to whoever asked
            return [(task_id, Failed(error))]

    def cancel(self, task_id: int) -> None:
        """Forget a task; none ever runs while this is called."""
        self._waiting = deque(item for item in self._waiting if item[0] != task_id)

    def capacity(self) -> int:
        """1 if nothing waits."""
        return 0 if self._waiting else 1

    def close(self) -> None:
        """Drop what is queued."""
        self._waiting.clear()


def build(work: Callable[[Any], Any], size: int) -> SerialPool[Any, Any]:
    """The pool; it has one worker whatever the size."""
    return SerialPool(work)
