"""The process between an owner and its programs: one thread, no secrets, one execution at a time.

It is started by exec with a clean environment. Programs are started from its main thread only, since
"die with the parent" means with the parent's thread. When its owner is gone, so is everything below it.
"""

from __future__ import annotations

import gc
import os
import resource
import select
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sandbox import cgroup, linux, tree, wire
from sandbox.backend import Backend, OwnerGone, Plan
from sandbox.bubblewrap import Bubblewrap
from sandbox.confined import Confined
from sandbox.execution import Execution
from sandbox.namespaces import Namespaces
from sandbox.request import Request

BACKENDS: Mapping[str, Callable[[Plan, Sequence[int]], Backend]] = {
    "own": Namespaces,
    "bubblewrap": lambda plan, owner_fds: Bubblewrap(plan),
    "confined": lambda plan, owner_fds: Confined(plan),
}
IN, OUT = 0, 1


def main(owner: int) -> None:
    """Serve one owner until it is gone.

    Parameters
    ----------
    owner
        Its pid.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner
    signal.signal(signal.SIGTERM, _stop)
    os.chdir("/")
    os.umask(0o022)
    linux.become_subreaper()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    owner_pidfd = os.pidfd_open(owner)
    if os.getppid() != owner:
        return
    opened: _Opened | None = None
    try:
        opened = _open(owner_pidfd)
        if opened is not None:
            _serve(opened, owner_pidfd)
    except (wire.Closed, OwnerGone):
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        try:
            tree.kill_all_below(os.getpid())
        finally:
            if opened is not None:
                opened.close()


def _stop(number: int, frame: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough; what follows must not be interrupted
    raise OwnerGone


@dataclass
class _Opened:
    """What a supervisor runs programs with."""

    backend: Backend
    group: cgroup.Slot | None = None

    def close(self) -> None:
        """Take it all away."""
        self.backend.close()
        if self.group is not None:
            self.group.close()


def _open(owner_pidfd: int) -> _Opened | None:
    header, _ = wire.receive(IN)
    groups: list[cgroup.Slot] = []
    try:
        plan = Plan.from_json(header)
        backend = BACKENDS[plan.way](plan, (IN, owner_pidfd))

        def join_group(uid: int) -> None:
            if plan.place is not None:
                groups.append(cgroup.Slot(cgroup.Place(**plan.place), uid))

        backend.prepare(join_group)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        wire.send(OUT, {"ok": False, "why": why, "cgroup": "".join(group.path for group in groups)})
        return None
    opened = _Opened(backend, groups[0] if groups else None)
    path = "" if opened.group is None else opened.group.path
    wire.send(OUT, {"ok": True, "uid": os.getuid(), "cgroup": path})
    return opened


def _serve(opened: _Opened, owner_pidfd: int) -> None:
    poller = select.poll()
    poller.register(IN, select.POLLIN)
    poller.register(owner_pidfd, select.POLLIN)
    while True:
        if any(fd == owner_pidfd for fd, _ in poller.poll()):
            return
        header, blobs = wire.receive(IN)
        request = Request.from_message(header, blobs)
        owner_fds = (IN, owner_pidfd)
        execution = Execution(opened.backend, request, owner_fds, _tell_started, opened.group)
        reply, kept = execution.reply(execution.run())
        wire.send(OUT, {**reply, **execution.start}, kept)
        del header, blobs, request, execution, reply, kept
        gc.collect()  # what was kept of the answers can be large, and is held by a circle of handlers


def _tell_started(pid: int) -> None:
    wire.send(OUT, {"started": pid})


if __name__ == "__main__":
    main(int(sys.argv[1]))
