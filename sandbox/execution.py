"""One execution, watched by the supervisor's only thread until everything in the box is dead."""

from __future__ import annotations

import contextlib
import select
import time
from collections.abc import Callable, Mapping, Sequence

from sandbox import cgroup, ending, tree
from sandbox.backend import ADDRESS_SPACE_EXTRA, Backend, Launched, Order, close_quietly
from sandbox.conversation import Conversation
from sandbox.request import Peak, Request, Result
from sandbox.spec import EndedBy

LEAST_POLL_S, POLL_S, MOST_POLL_S = 0.005, 0.05, 0.25
_GROWTH = 16 << 30  # bytes a second: faster than several processes can come to use memory
_DEATH_S = 30.0
_REST = 3  # times what a look took: ten processes can fill 500 MiB of sockets within ten times that


class Execution(Conversation):
    """Runs one request in a fresh box of a backend.

    Parameters
    ----------
    owner_fds
        Readable when the owner is gone.
    started
        Told the pid of the box's first process.
    group
        Where hard limits come from, if this machine gives any.
    """

    def __init__(
        self,
        backend: Backend,
        request: Request,
        owner_fds: Sequence[int] = (),
        started: Callable[[int], None] = lambda pid: None,
        group: cgroup.Slot | None = None,
    ) -> None:
        super().__init__(request, owner_fds)
        self.peak = Peak()
        self.start = {"start": "cold", "why_cold": ""}
        self._backend, self._started, self._group = backend, started, group
        self._next_poll_s, self._gauge, self._processor = 0.0, tree.Gauge(), tree.Processor()
        self._launched: Launched | None = None
        self._status: int | None = None
        self._folders: Sequence[int] = ()
        self._inherited = tree.Memory()

    def run(self) -> Result:
        """Until the tree is dead. Raises `OwnerGone`, then too with nothing left alive."""
        try:
            launched = self._launch()
        except OSError as error:
            return Result(EndedBy.FAULT, f"the sandbox could not start: {error}")
        try:
            try:
                self._begin(launched)
            except OSError as error:
                self._result = Result(EndedBy.FAULT, f"the sandbox could not limit the program: {error}")
            while self._result is None:
                self._step(self._next_poll_s)
                self._poll(launched)
        finally:
            self.times.ended = time.monotonic()
            if self._status is None:
                self._measure(launched)
            self._kill(launched)
            self._drain()
            launched.close()
            self._close_pipes()
            close_quietly(self._folders)
            self._backend.clean()
            if self._group is not None:
                self._group.finish()
        return self._result

    # -- start

    def _launch(self) -> Launched:
        ends = self._open_pipes()
        self.times.launched = time.monotonic()
        request = self.request
        try:
            order = Order(request.environment, request.limits, request.shim, request.cores)
            return self._backend.launch(ends, order)
        except OSError:
            self._close_pipes()
            raise
        finally:
            ends.close()

    def _begin(self, launched: Launched) -> None:
        self._started(launched.pid)
        self.start = {"start": launched.start, "why_cold": launched.why_cold}
        if self._group is not None:
            self._group.begin(self.request.limits)
            self._group.add(launched.program_pid)
        self._listen()
        self._watch(launched.pidfd, lambda: self._exited(launched))
        self._launched = launched
        settings = self._backend.settings(launched, self.request.limits)
        self._send_settings({**settings, "warm": launched.start == "warm"})

    def _greeted(self) -> None:
        launched = self._launched
        assert launched is not None
        self._folders = self._backend.memory_folders(launched)
        if launched.start == "warm":  # what its launcher has imported is not its own
            self._inherited = tree.memory([launched.program_pid])

    # -- memory

    def _poll(self, launched: Launched) -> None:
        now = time.monotonic()
        if self._result is None and now >= self._next_poll_s:
            left = self._measure(launched)
            spent = time.monotonic() - now
            needed = min(POLL_S, max(LEAST_POLL_S, left / _GROWTH))
            self._next_poll_s = now + max(needed, min(_REST * spent, MOST_POLL_S))

    def _measure(self, launched: Launched) -> int:
        """Look at what the tree uses; the bytes that are left of its limit."""
        pids = self._backend.members(launched)
        self._processor.look(pids)
        found = tree.memory(pids)
        files, held = tree.tmpfs_bytes(self._folders), tree.descriptor_bytes(pids)
        limit = self.request.limits.memory_bytes
        inherited = self._inherited.private + self._inherited.page_tables
        held -= min(inherited, found.total)
        total = max(0, self._gauge.total(pids, found, files, limit - held) + held)
        peak = self.peak
        peak.memory = max(peak.memory, total)
        peak.processes = max(peak.processes, len(pids))
        peak.threads = max(peak.threads, found.threads)
        peak.address_space = max(peak.address_space, found.largest_address_space)
        peak.data = max(peak.data, found.largest_data - self._inherited.largest_data)
        if total > limit and self._group is None:
            self._end(EndedBy.MEMORY_LIMIT, f"the processes together used {total / 2**20:.0f} MiB")
        return limit - min(limit, found.with_files(files) + held)

    def _measured(self) -> Mapping[str, int]:
        peak = self.peak
        return {"memory_bytes": peak.memory, "processes": peak.processes, "threads": peak.threads}

    # -- the end

    def _exited(self, launched: Launched) -> None:
        """The process is gone: what it said before counts, then how it went."""
        try:
            self._wait(launched)
        except OSError as error:
            self._result = Result(EndedBy.FAULT, f"nobody knows how the program ended: {error}")
            return
        if self._said_before_exit():
            return
        if self._group is not None and self._of_memory(self._group):
            return
        assert self._status is not None
        limits = self.request.limits
        found = ending.Exit(
            status=self._status,
            cpu_s=self.cpu_s,
            cpu_limit_s=self.request.cpu_s,
            address_space_bytes=self.peak.address_space,
            address_space_limit=limits.memory_bytes + ADDRESS_SPACE_EXTRA,
            data_bytes=self.peak.data,
            memory_bytes=self.peak.memory,
            stderr=self.stderr.text(),
        )
        ended_by, message = ending.of_exit(found, limits)
        self._end(ended_by, message, found.code)

    def _of_memory(self, group: cgroup.Slot) -> bool:
        """Whether the kernel ended it for want of memory; then that is said."""
        if group.oom_killed():
            self._end(EndedBy.MEMORY_LIMIT, "the processes together reached the limit of memory")
        elif group.killed_from_outside():
            self._result = Result(EndedBy.FAULT, "this machine ran out of memory")
        return self._result is not None

    def _wait(self, launched: Launched) -> None:
        if self._status is None:
            self._unwatch(launched.pidfd)
            self._status, waited_s = self._backend.reap(launched)
            self.cpu_s = max(
                waited_s, self._processor.total_s
            )  # the first has no children that nobody waited for
            if self._group is not None:
                self.cpu_s = max(self.cpu_s, self._group.cpu_s())
                self.peak.memory = max(self.peak.memory, self._group.memory_peak())

    def _kill(self, launched: Launched) -> None:
        """Nothing of the box is alive after this."""
        self._backend.kill(launched)
        if self._status is None:
            poller = select.poll()
            poller.register(launched.pidfd, select.POLLIN)
            if not poller.poll(1000 * _DEATH_S):
                self._backend.kill_rest(launched)
            with contextlib.suppress(OSError):
                self._wait(launched)
        self._backend.kill_rest(launched)
