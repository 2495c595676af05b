"""A process on the driver's node that serves workers and driver: it holds what only one may hold.

It is an actor of no cores that ends with its driver, is never restarted and is given every call once. What
it does is a service that the caller brings; each group of calls has threads of its own, so that those that
wait for a model keep nobody else waiting.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from solversmith.errors import InternalFault
from solversmith.ray_pool import place

GROUPS = {"calls": 256, "records": 8, "control": 4}  # threads: for models, for the journal, for the driver
Answer = tuple[bool, Any]


class HostGone(InternalFault):
    """The host has ended, or can't be reached."""


class Service(Protocol):
    """What a host serves."""

    def answer(self, name: str, *arguments: Any) -> Any:
        """Called by several threads; whatever it raises is raised where it was asked."""
        ...


@dataclass(frozen=True)
class Door:
    """Where a host is asked, from any process of the cluster."""

    handle: Any

    def ask(self, group: str, name: str, *arguments: Any) -> Any:
        """The service's answer; raises what it raised, or `HostGone`."""
        import ray
        from ray.exceptions import RayError, RayTaskError

        packed = pickle.dumps((name, arguments))  # at once: Ray would look at every object by itself
        try:
            answer = ray.get(_asking(self.handle, group).remote(packed))
        except RayTaskError:  # what was sent can't be read there: no fault of the host
            raise
        except RayError as error:
            raise HostGone(
                f"the process that keeps the journals is gone ({type(error).__name__}); what is recorded is "
                "safe, and the same command continues"
            ) from error
        return _unpacked(pickle.loads(answer))  # noqa: S301 - from our own host


@lru_cache(maxsize=64)
def _asking(handle: Any, group: str) -> Any:
    """The method that asks in this group: Ray makes a class of every one that has options."""
    return handle.answer.options(concurrency_group=group)


def _unpacked(answer: Answer) -> Any:
    good, value = answer
    if not good:
        raise value
    return value


class Host:
    """The process. What it serves is brought by `start`, after our packages are known to be ours."""

    def __init__(self) -> None:
        place.mend()
        self._service: Service | None = None

    def start(
        self, service: Callable[[Door], Service], door: Door, environment: Mapping[str, str], folder: str
    ) -> Answer:
        """Make the service. The environment holds the keys, which are sent to nobody else."""
        from solversmith.ray_pool.failures import portable

        try:
            os.environ.update(environment)
            os.chdir(folder)
            self._service = service(door)
        except BaseException as error:  # noqa: BLE001 - raised again where it was asked
            return False, portable(error)
        return True, None

    def answer(self, packed: bytes) -> bytes:
        """Whether it went well, and the answer or the error; pickled, as name and arguments are."""
        from solversmith.ray_pool.failures import portable

        assert self._service is not None, "a host is started before anybody knows of it"
        name, arguments = pickle.loads(packed)  # noqa: S301 - from our own workers and our driver
        try:
            return pickle.dumps((True, self._service.answer(name, *arguments)))
        except BaseException as error:  # noqa: BLE001 - raised again where it was asked
            return pickle.dumps((False, portable(error)))


def hosted(service: Callable[[Door], Service], environment: Mapping[str, str]) -> Door:
    """A host on this node, for as long as this process is a driver."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = ray.get_runtime_context().get_node_id()
    remote: Any = ray.remote  # its types know only some of what it takes
    actor = remote(concurrency_groups=GROUPS)(Host)
    handle = actor.options(
        num_cpus=0,
        max_restarts=0,
        max_task_retries=0,
        scheduling_strategy=NodeAffinitySchedulingStrategy(here, soft=False),
    ).remote()
    door = Door(handle)
    _unpacked(ray.get(handle.start.remote(service, door, dict(environment), str(Path.cwd()))))
    return door
