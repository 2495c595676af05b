"""Threads of this process. Attempts wait for models and sandboxes, so threads are enough."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from solversmith.contract.running import Failed, Lost

SUMMARY = "several attempts at once, in threads of this process"
Task = TypeVar("Task")
Result = TypeVar("Result")


class ThreadPool(Generic[Task, Result]):
    """Carries out tasks in `size` threads, in order of submission.

    The threads are daemons: an interrupted program leaves at once, and whatever an attempt had recorded is
    durable. (`concurrent.futures` would wait for them at exit.)
    """

    def __init__(self, work: Callable[[Task], Result], size: int) -> None:
        self._work, self._size = work, size
        self._changed = threading.Condition()
        self._waiting: deque[tuple[int, Task]] = deque()
        self._open: set[int] = set()  # submitted, and neither reported nor cancelled
        self._finished: list[tuple[int, Result | Failed[Any] | Lost]] = []
        self._submitted = 0
        self._running: set[int] = set()
        self._closed = False
        for index in range(size):
            threading.Thread(target=self._serve, name=f"attempts-{index}", daemon=True).start()

    def submit(self, task: Task) -> int:
        """Queue a task; its id."""
        with self._changed:
            task_id = self._submitted
            self._submitted += 1
            self._open.add(task_id)
            self._waiting.append((task_id, task))
            self._changed.notify_all()
            return task_id

    def completed(self, timeout_s: float | None) -> Sequence[tuple[int, Result | Failed[Any] | Lost]]:
        """What has finished since last asked; at once if nothing is under way."""
        with self._changed:
            self._changed.wait_for(lambda: self._finished or not self._open, timeout_s)
            finished, self._finished = self._finished, []
            self._open.difference_update(task_id for task_id, _ in finished)
            return finished

    def cancel(self, task_id: int) -> None:
        """Forget a task. A thread can't be stopped: one that has begun goes on, its result is dropped."""
        with self._changed:
            self._open.discard(task_id)
            self._waiting = deque(item for item in self._waiting if item[0] != task_id)
            self._finished = [item for item in self._finished if item[0] != task_id]
            self._changed.notify_all()

    def capacity(self) -> int:
        """Threads that have nothing to do."""
        with self._changed:
            return max(0, self._size - len(self._running) - len(self._waiting))

    def close(self) -> None:
        """Drop what is queued; threads leave when they are done with what they have begun."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._open.clear()
            self._finished.clear()
            self._changed.notify_all()

    def _serve(self) -> None:
        while (begun := self._next()) is not None:
            task_id, task = begun
            result: Result | Failed[Any]
            try:
                result = self._work(task)
            except BaseException as error:  # noqa: BLE001 - handed to whoever asks
                result = Failed(error)
            self._report(task_id, result)

    def _next(self) -> tuple[int, Task] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            begun = self._waiting.popleft()
            self._running.add(begun[0])
            return begun

    def _report(self, task_id: int, result: Result | Failed[Any]) -> None:
        with self._changed:
            self._running.discard(task_id)
            if task_id in self._open:
                self._finished.append((task_id, result))
            self._changed.notify_all()


def build(work: Callable[[Any], Any], size: int) -> ThreadPool[Any, Any]:
    """The pool with `size` threads."""
    return ThreadPool(work, size)
