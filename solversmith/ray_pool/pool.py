"""The pool door over the workers of a cluster: queued here, sent when there is room, never tried again."""

from __future__ import annotations

import pickle
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from solversmith.contract.running import Failed, Lost
from solversmith.errors import UsageError
from solversmith.ray_pool.fleet import Fleet

Task = TypeVar("Task")
Result = TypeVar("Result")
_MOST_INLINE = 1 << 16  # bytes of work sent with every task; larger work reaches each node once
FIRST_S = 300.0  # until the first worker is up: a node of a cluster that grows needs a while


class Shipping(Protocol):
    """How tasks leave this process, for work that needs something here while it is carried out."""

    def packed(self, task: Any) -> Any:
        """What is sent: asked when there is room for it."""
        ...

    def result(self, packed: Any, came: Any) -> Any:
        """What is told of what came back, before `over`. Raises what then is the task's failure."""
        ...

    def over(self, packed: Any) -> None:
        """It came back, or was lost or cancelled: what still carries it out, if anything does, has no say."""
        ...


class AsItIs:
    """The task itself."""

    def packed(self, task: Any) -> Any:
        """Unchanged."""
        return task

    def result(self, packed: Any, came: Any) -> Any:
        """Unchanged."""
        return came

    def over(self, packed: Any) -> None:
        """Nothing to do."""


class RayPool(Generic[Task, Result]):
    """Carries out at most `size` tasks at once, and no more than keep the cluster's slots busy."""

    def __init__(
        self, work: Callable[[Any], Result], size: int, fleet: Fleet, shipping: Shipping | None = None
    ) -> None:
        self._size, self._fleet, self._shipping = size, fleet, shipping or AsItIs()
        self._work = _shared(work)
        self._changed = threading.Condition()
        self._waiting: deque[tuple[int, Task]] = deque()
        self._under_way: dict[int, Any] = {}  # what was sent, by id
        self._finished: list[tuple[int, Result | Failed[Any] | Lost]] = []
        self._submitted = 0
        self._refused = False  # `capacity` was 0 when it was last asked
        self._closed = False
        fleet.listen(self._wake)

    def submit(self, task: Task) -> int:
        """Queue a task; its id."""
        with self._changed:
            task_id = self._submitted
            self._submitted += 1
            self._waiting.append((task_id, task))
        self._send()
        return task_id

    def completed(self, timeout_s: float | None) -> Sequence[tuple[int, Result | Failed[Any] | Lost]]:
        """What has finished since last asked. Nothing, too, as soon as there is room where there was none."""
        with self._changed:
            self._changed.wait_for(self._has_news, timeout_s)
            self._refused = False
            finished, self._finished = self._finished, []
            return finished

    def cancel(self, task_id: int) -> None:
        """Forget a task. One that has begun goes on, but has no say any more."""
        with self._changed:
            self._waiting = deque(item for item in self._waiting if item[0] != task_id)
            self._finished = [item for item in self._finished if item[0] != task_id]
            sent = self._under_way.pop(task_id, None)
            self._changed.notify_all()
        if sent is not None:
            self._shipping.over(sent)
        self._send()

    def capacity(self) -> int:
        """How many further tasks would begin at once."""
        with self._changed:
            free = self._free()
            self._refused = free == 0
            return free

    def close(self) -> None:
        """Drop what is queued; what is under way has no say any more."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._finished.clear()
            sent, self._under_way = list(self._under_way.values()), {}
            self._changed.notify_all()
        self._fleet.forget(self._wake)
        for each in sent:
            self._shipping.over(each)

    def _has_news(self) -> bool:
        idle = not self._waiting and not self._under_way
        return bool(self._finished) or idle or self._closed or (self._refused and self._free() > 0)

    def _free(self) -> int:
        most = self._size - len(self._under_way)
        return max(0, min(most, self._fleet.room) - len(self._waiting))

    def _wake(self) -> None:
        self._send()
        with self._changed:
            self._changed.notify_all()

    def _send(self) -> None:
        """Send what waits, as far as there is room."""
        while True:
            with self._changed:
                has_room = len(self._under_way) < self._size and self._fleet.room > 0
                if not self._waiting or not has_room:
                    return
                task_id, task = self._waiting.popleft()
                try:
                    packed = self._under_way[task_id] = self._shipping.packed(task)
                except Exception as error:  # noqa: BLE001 - of this task alone: handed to whoever asks
                    self._finished.append((task_id, Failed(error)))
                    self._changed.notify_all()
                    continue
            self._fleet.call(self._work, packed, self._taking(task_id, packed), attempt=True)

    def _taking(self, task_id: int, packed: Any) -> Callable[[Any], None]:
        def take(came: Any) -> None:
            result = self._told(packed, came)
            self._shipping.over(packed)  # before anybody may begin it anew
            with self._changed:
                if self._under_way.pop(task_id, None) is not None:
                    self._finished.append((task_id, result))
                self._changed.notify_all()

        return take

    def _told(self, packed: Any, came: Any) -> Result | Failed[Any] | Lost:
        if isinstance(came, Failed | Lost):
            return came
        try:
            result: Result = self._shipping.result(packed, came)
        except Exception as error:  # noqa: BLE001 - of this task alone: handed to whoever asks
            return Failed(error)
        return result


def _shared(work: Any) -> Any:
    """The work as it is sent with every task: bytes that a worker reads once, or a reference if it is large.

    A reference would have to be resolved, and what is behind it made anew, for every task.
    """
    import ray
    from ray import cloudpickle

    try:
        packed: bytes = cloudpickle.dumps(work)  # type: ignore[no-untyped-call]
        return packed if len(packed) <= _MOST_INLINE else ray.put(work)
    except (TypeError, pickle.PicklingError) as error:
        raise UsageError(f"this work can't leave its process, as the pool 'ray' asks for: {error}") from error
