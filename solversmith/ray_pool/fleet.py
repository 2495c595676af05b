"""The workers of a cluster: made on every node with cores, made anew when lost, and given work evenly.

What a lost worker was doing is told as `Lost` and tried by nobody here: whoever paid for it decides.
"""

from __future__ import annotations

import contextlib
import queue
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from solversmith.contract.running import Failed, Lost
from solversmith.errors import MissingPrerequisite
from solversmith.ray_pool.failures import portable
from solversmith.ray_pool.worker import Worker

_MOST_SLOTS = 8  # of one process: its threads score answers, and share an interpreter
_THREADS = 64  # attempts and executions at once in one process; most of them wait for a model
_AHEAD = 2  # attempts under way that don't wait for a model, for each slot
_LOOK_S = 1.0
_MOST_WAIT_S = 30.0  # between two tries at a node where workers don't come up
Done = Callable[[Any], None]


@dataclass
class _Member:
    node: str
    slots: int
    actor: Any
    ready: bool = False
    busy: int = 0


@dataclass
class _Node:
    """What happened on a node: how often a worker did not come up, and when to try again."""

    failures: int = 0
    not_before_s: float = 0.0
    why: str = ""


@dataclass(frozen=True)
class _Call:
    """Something to carry out."""

    work: Any
    task: Any
    done: Done
    attempt: bool


@dataclass(frozen=True)
class _Event:
    """A call that is over, or (without `done`) a worker that is up, or is not."""

    member: _Member
    future: Any
    done: Done | None
    attempt: bool = False


@dataclass
class Fleet:
    """All workers of the cluster that this process has joined. Thread-safe."""

    slots_each: int = _MOST_SLOTS
    clock: Callable[[], float] = time.monotonic
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _members: list[_Member] = field(default_factory=list)
    _nodes: dict[str, _Node] = field(default_factory=dict)
    _events: queue.SimpleQueue[_Event | None] = field(default_factory=queue.SimpleQueue)
    _backlog: deque[_Call] = field(default_factory=deque)
    _listeners: list[Callable[[], None]] = field(default_factory=list)
    _attempts: int = 0  # under way
    _asking: int = 0  # of these: waiting for a model
    _closed: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        for work in (self._take_events, self._look_after):
            threading.Thread(target=work, name=f"fleet{work.__name__}", daemon=True).start()

    @property
    def slots(self) -> int:
        """How many programs can run at once on all workers that are up."""
        with self._changed:
            return sum(member.slots for member in self._members if member.ready)

    def wait(self, timeout_s: float) -> None:
        """Until there is a worker. Raises `MissingPrerequisite`."""
        with self._changed:
            if self._changed.wait_for(lambda: any(member.ready for member in self._members), timeout_s):
                return
            said = next((node.why for node in self._nodes.values() if node.why), "no node has a free core")
        raise MissingPrerequisite(f"no worker came up on the cluster within {timeout_s:g} s: {said}")

    def call(self, work: Any, task: Any, done: Done, *, attempt: bool = False) -> None:
        """Have a worker carry it out; `done` gets its result, `Failed` or `Lost`, in a thread of ours.

        Kept here while there is no worker with a place. `work` may be a reference to an object of the store.
        """
        with self._changed:
            self._attempts += attempt
            self._backlog.append(_Call(work, task, done, attempt))
        self._send()

    @property
    def room(self) -> int:
        """How many further attempts would keep the slots busy, but not wait for them in a long queue."""
        with self._changed:
            slots = sum(member.slots for member in self._members if member.ready)
            places = sum(max(0, _THREADS - member.busy) for member in self._members if member.ready)
            return max(0, min(places, _AHEAD * slots - (self._attempts - self._asking)))

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        """An attempt waits for a model for the time of the block: another may begin."""
        self._count_asking(1)
        try:
            yield
        finally:
            self._count_asking(-1)

    def listen(self, wake: Callable[[], None]) -> None:
        """Call this whenever there may be more room."""
        with self._changed:
            self._listeners.append(wake)

    def forget(self, wake: Callable[[], None]) -> None:
        """No longer."""
        with self._changed:
            self._listeners = [each for each in self._listeners if each != wake]

    def about(self, timeout_s: float = 30.0) -> list[dict[str, Any]]:
        """What the workers that are up say of themselves."""
        import ray

        with self._changed:
            members = [member.actor for member in self._members if member.ready]
        said: list[dict[str, Any]] = ray.get([actor.about.remote() for actor in members], timeout=timeout_s)
        return said

    def close(self) -> None:
        """End the workers. Twice is fine."""
        with self._changed:
            self._closed.set()
            members, self._members = self._members, []
            backlog, self._backlog = self._backlog, deque()
            self._changed.notify_all()
        self._events.put(None)
        for member in members:
            _kill(member.actor)
        for call in backlog:
            call.done(Lost("the workers were closed"))

    def _send(self) -> None:
        """Give the backlog to workers, as far as they have places."""
        while True:
            with self._changed:
                member = self._freest()
                if not self._backlog or member is None:
                    return
                call = self._backlog.popleft()
                member.busy += 1
                future = _sent(member.actor, call)
            self._follow(_Event(member, future, call.done, call.attempt))

    def _freest(self) -> _Member | None:
        ready = [member for member in self._members if member.ready and member.busy < _THREADS]
        return min(ready, key=lambda member: member.busy / member.slots, default=None)

    def _count_asking(self, change: int) -> None:
        with self._changed:
            self._asking += change
        self._wake()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
            listeners = list(self._listeners)
        for wake in listeners:
            wake()

    def _follow(self, event: _Event) -> None:
        # The callback runs in a thread of Ray's, in which nothing may wait.
        event.future.add_done_callback(lambda _: self._events.put(event))

    def _take_events(self) -> None:
        while (event := self._events.get()) is not None:
            result = _result(event.future)
            lost = isinstance(result, Lost)
            with self._changed:
                event.member.busy -= event.done is not None
                self._attempts -= event.attempt
                if lost or (event.done is None and isinstance(result, Failed)):
                    self._drop(event.member, result)
                elif event.done is None:
                    event.member.ready = True
                    self._nodes.pop(event.member.node, None)
            if event.done is not None:
                _tell(event.done, result)
            self._send()
            self._wake()

    def _drop(self, member: _Member, result: Lost | Failed[Any]) -> None:
        """A worker that is gone, or that nobody can reach: whatever is left of it is ended."""
        if member not in self._members:
            return
        self._members.remove(member)
        if not member.ready:
            node = self._nodes.setdefault(member.node, _Node())
            node.failures += 1
            node.not_before_s = self.clock() + min(_MOST_WAIT_S, 2.0**node.failures)
            node.why = result.reason if isinstance(result, Lost) else str(result.error)
        _kill(member.actor)

    def _look_after(self) -> None:
        while not self._closed.is_set():
            with contextlib.suppress(Exception):  # the cluster is busy, or ends: next time
                self._made_where_missing()
            self._closed.wait(_LOOK_S)

    def _made_where_missing(self) -> None:
        import ray

        every: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
        nodes = {node["NodeID"]: node for node in every if node["Alive"]}
        with self._changed:
            if self._closed.is_set():
                return
            for member in [each for each in self._members if each.node not in nodes]:
                self._drop(member, Lost("its node is gone"))
            there = Counter(member.node for member in self._members)
            for name, node in nodes.items():
                waits = self._nodes.get(name, _Node()).not_before_s > self.clock()
                for slots in (
                    () if waits else self._shares(int(node["Resources"].get("CPU", 0)))[there[name] :]
                ):
                    self._make(name, slots)

    def _shares(self, cores: int) -> list[int]:
        """The slots of each worker of a node."""
        whole, rest = divmod(cores, self.slots_each)
        return [self.slots_each] * whole + ([rest] if rest else [])

    def _make(self, node: str, slots: int) -> None:
        import ray
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        kind: Any = ray.remote(Worker)
        actor = kind.options(
            num_cpus=slots,
            max_restarts=0,
            max_task_retries=0,
            max_concurrency=_THREADS + 2,
            scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False),
        ).remote(slots)
        member = _Member(node, slots, actor)
        self._members.append(member)
        self._follow(_Event(member, actor.about.remote().future(), None))


def _sent(actor: Any, call: _Call) -> Any:
    """The future of a call; one that fails where the task can't be sent."""
    try:
        return actor.carry_out.remote(call.work, call.task).future()
    except Exception as error:  # noqa: BLE001 - of this call alone: its result, and the worker goes on
        failed = Future[Any]()
        failed.set_result(Failed(portable(error)))
        return failed


def _tell(done: Done, result: Any) -> None:
    """Whatever `done` raises is shown, and nobody else has to wait for ever because of it."""
    try:
        done(result)
    except Exception:  # noqa: BLE001 - a fault of ours, of this call alone
        threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread())))


def _result(future: Any) -> Any:
    from ray.exceptions import RayError, RayTaskError

    try:
        return future.result()
    except RayTaskError as error:
        return Failed(portable(error.cause or error))
    except RayError as error:
        return Lost(f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")
    except BaseException as error:  # noqa: BLE001 - a future that was cancelled when everything ends
        return Lost(type(error).__name__)


def _kill(actor: Any) -> None:
    import ray

    with contextlib.suppress(Exception):
        ray.kill(actor, no_restart=True)
