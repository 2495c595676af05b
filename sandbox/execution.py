"""One execution, watched by the supervisor's only thread until everything in the box is dead."""

from __future__ import annotations

import contextlib
import enum
import json
import math
import os
import select
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox import cgroup, ending, tree
from sandbox.backend import ADDRESS_SPACE_EXTRA, Backend, Ends, Launched, Order, close_quietly
from sandbox.frames import AFTER_READY, FrameParser, Kind, Message, ProtocolError
from sandbox.keeping import Keeper, Stamped
from sandbox.request import Peak, Request, Result, Times
from sandbox.spec import EndedBy
from sandbox.text import Capture, cleaned
from sandbox.wire import Buffer

START_S = 60.0  # for launching and the interpreter's own start, on a machine that is very busy
LEAST_POLL_S, POLL_S, MOST_POLL_S = 0.005, 0.05, 0.25
_GROWTH = 16 << 30  # bytes a second: faster than several processes can come to use memory
_CHUNK = 1 << 20
_CLOSED_S = 1.0
_DEATH_S = 30.0


class OwnerGone(Exception):
    """Nobody waits for this execution any more."""


class Phase(enum.IntEnum):
    """How far an execution has come."""

    STARTING = 0
    SETUP = 1
    RUNNING = 2


@dataclass
class _Pipes:
    """Our ends."""

    stdout: int = -1
    stderr: int = -1
    into: int = -1
    out: int = -1
    all: list[int] = field(default_factory=list)


class Execution:
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
        self.request = request
        self.times, self.peak = Times(), Peak()
        self.hello: dict[str, Any] = {}
        self.stdout, self.stderr = Capture(), Capture()
        self.keeper = Keeper(request.limits.wall_s, request.limits.kept_bytes)
        self.cpu_s = 0.0
        self._backend, self._owner_fds, self._started = backend, owner_fds, started
        self._group = group
        self._parser = FrameParser([spec for _, spec in request.answer])
        self._phase = Phase.STARTING
        self._result: Result | None = None
        self._pipes = _Pipes()
        self._queue: list[memoryview] = []
        self._poller = select.poll()
        self._handlers: dict[int, Callable[[], object]] = {}
        self._frame_bytes = 0
        self._solutions = 0
        self._next_poll_s, self._gauge = 0.0, tree.Gauge()
        self._closed_s: float | None = None
        self._status: int | None = None
        self._folders: Sequence[int] = ()
        self.start = {"start": "cold", "why_cold": ""}
        self._sending_program = False

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
                self._step(launched)
        finally:
            self.times.ended = time.monotonic()
            if self._status is None:
                self._measure(launched)
            self._kill(launched)
            self._drain()
            launched.close()
            close_quietly([*self._pipes.all, *self._folders])
            self._backend.clean()
            if self._group is not None:
                self._group.finish()
        return self._result

    # -- start

    def _launch(self) -> Launched:
        null = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        (out, out_end), (err, err_end), (frames, frames_end) = (os.pipe2(os.O_CLOEXEC) for _ in range(3))
        into_end, into = os.pipe2(os.O_CLOEXEC)
        ends = Ends(null, out_end, err_end, into_end, frames_end)
        self._pipes = _Pipes(out, err, into, frames, [out, err, into, frames])
        for fd in self._pipes.all:
            os.set_blocking(fd, False)
        self.times.launched = time.monotonic()
        request = self.request
        try:
            order = Order(request.environment, request.limits, request.shim, request.cores)
            launched = self._backend.launch(ends, order)
        except OSError:
            close_quietly(self._pipes.all)
            raise
        finally:
            ends.close()
        return launched

    def _begin(self, launched: Launched) -> None:
        self._started(launched.pid)
        self.start = {"start": launched.start, "why_cold": launched.why_cold}
        if self._group is not None:
            self._group.begin(self.request.limits)
            self._group.add(launched.program_pid)
        request, pipes = self.request, self._pipes
        out, err, frames = pipes.stdout, pipes.stderr, pipes.out
        self._watch(out, lambda: self._read_text(out, self.stdout))
        self._watch(err, lambda: self._read_text(err, self.stderr))
        self._watch(frames, lambda: self._read_frames(launched))
        self._watch(launched.pidfd, lambda: self._exited(launched))
        for fd in self._owner_fds:
            self._watch(fd, self._owner_gone)
        settings = self._backend.settings(launched, request.limits)
        answer = [[key, *spec.declaration()] for key, spec in request.answer]
        self._enqueue(
            json.dumps(
                {
                    **settings,
                    "entry_point": request.entry_point,
                    "anytime": request.anytime,
                    "answer": answer,
                    "cpu_s": self.request.cpu_s,
                    "seed": self.request.seed,
                }
            ).encode()
        )

    def _watch(self, fd: int, handler: Callable[[], object], events: int = select.POLLIN) -> None:
        self._handlers[fd] = handler
        self._poller.register(fd, events)

    def _unwatch(self, fd: int) -> None:
        if self._handlers.pop(fd, None) is not None:
            self._poller.unregister(fd)

    def _enqueue(self, *parts: Buffer) -> None:
        for part in parts:
            self._queue += [memoryview(struct.pack("<Q", len(part))), memoryview(part)]
        self._watch(self._pipes.into, self._write, select.POLLOUT)

    # -- the loop

    def _step(self, launched: Launched) -> None:
        now = time.monotonic()
        due = min(self._deadline(), self._next_poll_s, self._closed_s or math.inf)
        wait_ms = max(0, math.ceil(1000 * (due - now)))
        for fd, _ in self._poller.poll(wait_ms):
            handler = self._handlers.get(fd)
            if handler is not None and self._result is None:
                handler()
        if self._result is None:
            self._look_at_clock(launched)

    def _deadline(self) -> float:
        limits, times = self.request.limits, self.times
        if self._phase is Phase.STARTING:
            return times.launched + START_S
        if self._phase is Phase.SETUP or not times.begun:
            return times.started + limits.setup_s
        return times.begun + limits.wall_s

    def _look_at_clock(self, launched: Launched) -> None:
        now = time.monotonic()
        if now >= self._deadline():
            self._late()
        elif self._closed_s is not None and now >= self._closed_s:
            self._end(EndedBy.PROTOCOL, "the results channel was closed")
        elif now >= self._next_poll_s:
            left = self._measure(launched)
            spent = time.monotonic() - now
            needed = min(POLL_S, max(LEAST_POLL_S, left / _GROWTH))
            self._next_poll_s = now + max(needed, min(10 * spent, MOST_POLL_S))

    def _late(self) -> None:
        limits = self.request.limits
        if self._phase is Phase.RUNNING and self.times.begun:
            self._end(EndedBy.WALL_LIMIT, "")
        elif self._phase is Phase.STARTING:
            self._end(EndedBy.FAULT, f"the interpreter did not start within {START_S:g} s")
        else:
            self._end(EndedBy.FAULT, f"the harness took longer than {limits.setup_s:g} s")

    def _end(self, ended_by: EndedBy, message: str, code: int | None = None) -> None:
        """The first end counts. Before READY nothing is the program's fault."""
        if self._result is None:
            if self._phase is not Phase.RUNNING and ended_by is not EndedBy.FAULT:
                message = f"before the program: {ended_by.value}: {message}\n{self.stderr.text()[-2000:]}"
                ended_by = EndedBy.FAULT
            self._result = Result(ended_by, message, code)

    def _owner_gone(self) -> None:
        raise OwnerGone

    def _measure(self, launched: Launched) -> int:
        """Look at what the tree uses; the bytes that are left of its limit."""
        pids = self._backend.members(launched)
        found = tree.memory(pids)
        held = tree.tmpfs_bytes(self._folders) + tree.descriptor_bytes(pids)
        limit = self.request.limits.memory_bytes
        total = self._gauge.total(pids, found, limit - held) + held
        peak = self.peak
        peak.memory = max(peak.memory, total)
        peak.processes = max(peak.processes, len(pids))
        peak.threads = max(peak.threads, found.threads)
        peak.address_space = max(peak.address_space, found.largest_address_space)
        peak.data = max(peak.data, found.largest_data)
        if total > limit and self._group is None:
            self._end(EndedBy.MEMORY_LIMIT, f"the processes together used {total / 2**20:.0f} MiB")
        return limit - min(limit, found.total + held)

    # -- pipes

    def _write(self) -> None:
        try:
            while self._queue:
                head = self._queue[0]
                count = os.write(self._pipes.into, head[:_CHUNK]) if head.nbytes else 0
                self._queue[0] = head[count:]
                if not self._queue[0].nbytes:
                    self._queue.pop(0)
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._queue.clear()  # its exit, or its silence, will be noticed
        if self._sending_program and not self._queue:
            self.times.begun = time.monotonic()
            self._sending_program = False
        self._unwatch(self._pipes.into)

    def _read_text(self, fd: int, capture: Capture) -> None:
        data = _read(fd)
        if data is None:
            return
        if not data:
            self._unwatch(fd)
            return
        capture.add(data)
        if self.stdout.nbytes + self.stderr.nbytes > self.request.limits.output_bytes:
            self._end(EndedBy.OUTPUT_LIMIT, "printed too much")

    def _read_frames(self, launched: Launched) -> bool:
        """Whether there may be more."""
        data = _read(self._pipes.out)
        if data is None:
            return False
        if not data:
            self._unwatch(self._pipes.out)
            self._closed_s = time.monotonic() + _CLOSED_S
            return False
        now = time.monotonic()
        if self.times.begun and now > self.times.begun + self.request.limits.wall_s:
            self._late()
            return False
        self._frame_bytes += len(data)
        try:
            for message in self._parser.feed(data):
                self._take(message, now, launched)
                if self._result is not None:
                    return False
        except (ProtocolError, ValueError, RecursionError) as error:  # the last two: JSON that is none
            self._end(EndedBy.PROTOCOL, str(error))
        if self._frame_bytes > self.request.frame_bytes:
            self._end(EndedBy.OUTPUT_LIMIT, "answered too much")
        return True

    def _take(self, message: Message, now: float, launched: Launched) -> None:
        if message.kind is Kind.SOLUTION:
            t_s = max(0.0, now - self.times.begun)
            self.keeper.add(Stamped(t_s, self._solutions, message.nbytes, message.arrays))
            self._solutions += 1
        elif message.kind is Kind.FINAL:
            self._end(EndedBy.RETURNED, "")
        elif message.kind is Kind.ENTERED:
            self.times.entered = self.times.entered or now
        elif message.kind is Kind.ERROR:
            self._failed(json.loads(message.payload))
        elif message.kind is Kind.HELLO:
            self._folders = self._backend.memory_folders(launched)
            self._greet(json.loads(message.payload))
        else:
            self._ready(now)

    def _failed(self, content: Any) -> None:
        if self._phase is not Phase.RUNNING:
            self._result = Result(EndedBy.FAULT, cleaned(str(content.get("message", "")), 4096))
        else:
            self._end(*ending.of_report(content))

    def _greet(self, content: dict[str, Any]) -> None:
        self.hello = content
        self.times.started = content["started_s"]
        differences = [
            f"{key} is {content.get(key)!r} in the sandbox, expected {value!r}"
            for key, value in self.request.expected.items()
            if content.get(key) != value
        ]
        if differences:
            self._result = Result(EndedBy.FAULT, "", mismatch="; ".join(differences))
            return
        self._phase = Phase.SETUP
        self._enqueue(self.request.harness, self.request.payload)

    def _ready(self, now: float) -> None:
        self.times.ready = now
        self._phase = Phase.RUNNING
        self._parser.allowed = AFTER_READY
        self._sending_program = True
        self._enqueue(self.request.program)

    # -- the end

    def _exited(self, launched: Launched) -> None:
        """The process is gone: what it said before counts, then how it went."""
        try:
            self._wait(launched)
        except OSError as error:
            self._result = Result(EndedBy.FAULT, f"nobody knows how the program ended: {error}")
            return
        while self._result is None and self._read_frames(launched):
            continue
        if self._result is not None:
            return
        self._drain()
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
            self._status, self.cpu_s = self._backend.reap(launched)
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

    def _drain(self) -> None:
        """What is still in the text pipes, within bounds."""
        for fd, capture in ((self._pipes.stdout, self.stdout), (self._pipes.stderr, self.stderr)):
            for _ in range(4):
                data = _read(fd)
                if not data:
                    break
                capture.add(data)


def _read(fd: int) -> bytes | None:
    """What there is, `b""` at the end, `None` if there is nothing now."""
    try:
        return os.read(fd, _CHUNK)
    except BlockingIOError:
        return None
