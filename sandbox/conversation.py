"""What a supervisor and the shim say to each other over five pipes, and when something took too long.

It is the same wherever a program runs. How one is started, measured and ended is added by
`execution.Execution` on Linux, and by `portable_box.Run` elsewhere: nothing here needs more than POSIX.
"""

from __future__ import annotations

import enum
import json
import math
import os
import select
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox import ending
from sandbox.backend import Ends, OwnerGone, close_quietly
from sandbox.frames import AFTER_READY, FrameParser, Kind, Message, ProtocolError
from sandbox.keeping import Keeper, Stamped
from sandbox.request import Request, Result, Times
from sandbox.spec import EndedBy
from sandbox.text import Capture, cleaned
from sandbox.wire import Buffer

START_S = 60.0  # for launching and the interpreter's own start, on a machine that is very busy
_CHUNK = 1 << 20
_CLOSED_S = 1.0


class Phase(enum.IntEnum):
    """How far an execution has come."""

    STARTING = 0
    SETUP = 1
    RUNNING = 2


class Conversation:
    """One execution, from the settings that the shim is sent to what ended it.

    `stdout`, `stderr`, `keeper`, `times`, `hello` and `cpu_s` tell about it afterwards.

    Parameters
    ----------
    owner_fds
        Readable when the owner is gone.
    """

    def __init__(self, request: Request, owner_fds: Sequence[int]) -> None:
        self.request, self.times = request, Times()
        self.hello: dict[str, Any] = {}
        self.stdout, self.stderr = Capture(), Capture()
        self.keeper = Keeper(request.limits.wall_s, request.limits.kept_bytes)
        self.cpu_s = 0.0
        self._owner_fds = owner_fds
        self._parser = FrameParser([spec for _, spec in request.answer])
        self._phase = Phase.STARTING
        self._result: Result | None = None
        self._out = self._err = self._into = self._frames = -1  # our ends
        self._ours: list[int] = []
        self._queue: list[memoryview] = []
        self._poller = select.poll()
        self._handlers: dict[int, Callable[[], object]] = {}
        self._frame_bytes = self._solutions = 0
        self._closed_s = math.inf
        self._sending_program = False

    # -- pipes

    def _open_pipes(self) -> Ends:
        """Open them; the box's ends. `os.pipe` makes ends that no program inherits."""
        null = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        (self._out, out), (self._err, err), (self._frames, frames) = (os.pipe() for _ in range(3))
        into, self._into = os.pipe()
        self._ours = [self._out, self._err, self._frames, self._into]
        for fd in self._ours:
            os.set_blocking(fd, False)
        return Ends(null, out, err, into, frames)

    def _listen(self) -> None:
        self._watch(self._out, lambda: self._read_text(self._out, self.stdout))
        self._watch(self._err, lambda: self._read_text(self._err, self.stderr))
        self._watch(self._frames, self._read_frames)
        for fd in self._owner_fds:
            self._watch(fd, self._owner_gone)

    def _send_settings(self, settings: Mapping[str, Any]) -> None:
        """Tell the shim what to apply to itself, and what is asked of the program."""
        request = self.request
        asked = {
            "entry_point": request.entry_point,
            "anytime": request.anytime,
            "answer": [[key, *spec.declaration()] for key, spec in request.answer],
            "cpu_s": request.cpu_s,
            "seed": request.seed,
        }
        self._enqueue(json.dumps({**settings, **asked}).encode())

    def _watch(self, fd: int, handler: Callable[[], object], events: int = select.POLLIN) -> None:
        self._handlers[fd] = handler
        self._poller.register(fd, events)

    def _unwatch(self, fd: int) -> None:
        if self._handlers.pop(fd, None) is not None:
            self._poller.unregister(fd)

    def _enqueue(self, *parts: Buffer) -> None:
        for part in parts:
            self._queue += [memoryview(struct.pack("<Q", len(part))), memoryview(part)]
        self._watch(self._into, self._write, select.POLLOUT)

    def _write(self) -> None:
        try:
            while self._queue:
                head = self._queue[0]
                count = os.write(self._into, head[:_CHUNK]) if head.nbytes else 0
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
        self._unwatch(self._into)

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

    def _drain(self) -> None:
        """What is still in the text pipes, within bounds."""
        for fd, capture in ((self._out, self.stdout), (self._err, self.stderr)):
            for _ in range(4):
                data = _read(fd) if fd >= 0 else None
                if not data:
                    break
                capture.add(data)

    def _close_pipes(self) -> None:
        close_quietly(self._ours)

    # -- the clock

    def _step(self, due_s: float = math.inf) -> None:
        """Wait until this moment at the latest, and take what came; then look at the clock."""
        due = min(self._deadline(), self._closed_s, due_s)
        wait_ms = max(0, math.ceil(1000 * (due - time.monotonic())))
        for fd, _ in self._poller.poll(wait_ms):
            handler = self._handlers.get(fd)
            if handler is not None and self._result is None:
                handler()
        now = time.monotonic()
        if self._result is None and now >= self._deadline():
            self._late()
        elif self._result is None and now >= self._closed_s:
            self._end(EndedBy.PROTOCOL, "the results channel was closed")

    def _deadline(self) -> float:
        limits, times = self.request.limits, self.times
        if self._phase is Phase.STARTING:
            return times.launched + START_S
        if self._phase is Phase.SETUP or not times.begun:
            return times.started + limits.setup_s
        return times.begun + limits.wall_s

    def _late(self) -> None:
        limits = self.request.limits
        if self._phase is Phase.RUNNING and self.times.begun:
            self._end(EndedBy.WALL_LIMIT, "")
        elif self._phase is Phase.STARTING:
            self._end(EndedBy.FAULT, f"the interpreter did not start within {START_S:g} s")
        else:
            self._end(EndedBy.FAULT, f"the harness took longer than {limits.setup_s:g} s")

    # -- frames

    def _read_frames(self) -> bool:
        """Whether there may be more."""
        data = _read(self._frames)
        if data is None:
            return False
        if not data:
            self._unwatch(self._frames)
            self._closed_s = time.monotonic() + _CLOSED_S
            return False
        now = time.monotonic()
        if self.times.begun and now > self.times.begun + self.request.limits.wall_s:
            self._late()
            return False
        self._frame_bytes += len(data)
        try:
            for message in self._parser.feed(data):
                self._take(message, now)
                if self._result is not None:
                    return False
        except (ProtocolError, ValueError, RecursionError) as error:  # the last two: JSON that is none
            self._end(EndedBy.PROTOCOL, str(error))
        except OSError as error:  # it greeted, and was gone before its box was looked at
            self._result = Result(EndedBy.FAULT, f"the box could not be looked at: {error}")
        if self._frame_bytes > self.request.frame_bytes:
            self._end(EndedBy.OUTPUT_LIMIT, "answered too much")
        return True

    def _take(self, message: Message, now: float) -> None:
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
            self._greeted()
            self._greet(json.loads(message.payload))
        else:
            self._ready(now)

    def _greeted(self) -> None:
        """The interpreter is there and nothing of a program yet: to look at its box. Raises `OSError`."""

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

    def _end(self, ended_by: EndedBy, message: str, code: int | None = None) -> None:
        """The first end counts. Before READY nothing is the program's fault."""
        if self._result is None:
            if self._phase is not Phase.RUNNING and ended_by is not EndedBy.FAULT:
                message = f"before the program: {ended_by.value}: {message}\n{self.stderr.text()[-2000:]}"
                ended_by = EndedBy.FAULT
            self._result = Result(ended_by, message, code)

    def _owner_gone(self) -> None:
        raise OwnerGone

    def _said_before_exit(self) -> bool:
        """Take what the dead process still said; whether that ended the execution already."""
        while self._result is None and self._read_frames():
            continue
        if self._result is None:
            self._drain()
        return self._result is not None

    def reply(self, result: Result) -> tuple[dict[str, Any], list[Buffer]]:
        """The message for the owner."""
        times = self.times
        kept, blobs = self.keeper.packed()
        header = {
            "ended_by": result.ended_by.value,
            "message": result.message,
            "mismatch": result.mismatch,
            "exit_code": result.exit_code,
            "stdout": self.stdout.text(),
            "stderr": self.stderr.text(),
            "hello": self.hello,
            "kept": kept,
            "usage": {
                "wall_s": max(0.0, times.ended - times.begun) if times.begun else 0.0,
                "setup_s": max(0.0, times.ready - times.started) if times.ready else 0.0,
                "start_s": max(0.0, times.started - self.request.asked_s) if times.started else 0.0,
                "cpu_s": self.cpu_s,
                "load_s": max(0.0, times.entered - times.begun) if times.entered else 0.0,
                **self._measured(),
            },
        }
        return header, blobs

    def _measured(self) -> Mapping[str, int]:
        """What else was seen of the use of this machine, as in `Usage`."""
        return {}


def _read(fd: int) -> bytes | None:
    """What there is, `b""` at the end, `None` if there is nothing now."""
    try:
        return os.read(fd, _CHUNK)
    except BlockingIOError:
        return None
