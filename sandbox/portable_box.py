"""The supervisor of level L1 on any POSIX system: one thread, one program at a time, in a process group.

Only what POSIX has is used: `poll`, `posix_spawn`, `killpg`, `wait4` and signals.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import math
import os
import resource
import select
import signal
import struct
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox import backend, confined, ending, wire
from sandbox.backend import ADDRESS_SPACE_EXTRA
from sandbox.frames import AFTER_READY, FrameParser, Kind, Message, ProtocolError
from sandbox.keeping import Keeper, Stamped
from sandbox.request import Request, Result, Times
from sandbox.spec import EndedBy, Limits
from sandbox.text import Capture, cleaned

START_S = 60.0
IN, OUT = 0, 1
_CHUNK = 1 << 20
_CLOSED_S = 1.0
_HIGH_FD = 50
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


class OwnerGone(Exception):
    """Nobody waits for this execution any more."""


def main(arguments: Sequence[str]) -> None:
    """Serve one owner, whose pid is the only argument, until it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner
    signal.signal(signal.SIGTERM, _stop)
    os.umask(0o022)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    deaths = _deaths()
    if os.getppid() != int(arguments[0]):
        return
    folder = ""
    try:
        while True:
            header, blobs = wire.receive(IN)
            folder = header["folder"]
            run = Run(Place(header), Request.from_message(header, blobs), deaths)
            result = run.result()
            wire.send(OUT, *_reply(run, result))
    except (wire.Closed, OwnerGone):
        pass
    finally:
        confined.remove(folder)


def _stop(number: int, frame: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough; what follows must not be interrupted
    raise OwnerGone


def _deaths() -> int:
    """A descriptor that is readable when a child has died."""
    readable, writable = os.pipe()
    os.set_blocking(readable, False)
    os.set_blocking(writable, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    return readable


class Place:
    """Where a program runs: its interpreter, folders and what it can import."""

    def __init__(self, header: Mapping[str, Any]) -> None:
        self.python: str = header["python"]
        self.search: list[str] = header["search"]
        self.cap_memory: bool = header["cap_memory"]
        self.folder: str = header["folder"]
        self.solver = f"{self.folder}/solver-env"
        self.scratch = f"{self.folder}/scratch"
        for folder in (self.solver, self.scratch):
            confined.remove(folder)
            os.mkdir(folder)
        for source, relative in header["solver"]:
            link = f"{self.solver}/{relative}"
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.symlink(source, link)

    def settings(self, limits: Limits) -> dict[str, Any]:
        """What the shim applies to itself: limits and paths, nothing that only Linux has."""
        return {
            "die_with": 0,
            "rlimits": limits_of(limits, self.cap_memory),
            "landlock": None,
            "seccomp": "",
            "scratch": self.scratch,
            "path": [*self.search, self.solver],
            "solver_environment": self.solver,
        }

    def clean(self) -> None:
        """Remove the scratch folder, whatever a program did to it."""
        confined.remove(self.scratch)


def limits_of(limits: Limits, cap_memory: bool) -> list[list[int]]:
    """(resource, soft, hard) for the shim. The processor time is set later, when the program starts.

    Without `cap_memory` those of memory are left out: macOS takes them and does not hold to them, or refuses.
    The number of processes is not limited, as that would count all of the user's.
    """
    pairs = {
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_FSIZE: limits.scratch_bytes,
        resource.RLIMIT_CORE: 0,
    }
    if cap_memory:
        pairs |= {
            resource.RLIMIT_DATA: limits.memory_bytes,
            resource.RLIMIT_AS: limits.memory_bytes + ADDRESS_SPACE_EXTRA,
        }
    return [[number, *[_within(number, value)] * 2] for number, value in pairs.items()]


def _within(number: int, value: int) -> int:
    hard = resource.getrlimit(number)[1]
    return value if hard == resource.RLIM_INFINITY else min(value, hard)


class Run:
    """One execution. `stdout`, `stderr`, `keeper`, `times`, `hello` and the rest tell about it afterwards."""

    def __init__(self, place: Place, request: Request, deaths: int) -> None:
        self.request, self.times = request, Times()
        self.stdout, self.stderr = Capture(), Capture()
        self.keeper = Keeper(request.limits.wall_s, request.limits.kept_bytes)
        self.hello: dict[str, Any] = {}
        self.cpu_s, self.memory_bytes = 0.0, 0
        self._place, self._deaths = place, deaths
        self._parser = FrameParser([spec for _, spec in request.answer])
        self._ready = self._sending_program = False
        self._result: Result | None = None
        self._queue: list[memoryview] = []
        self._poller = select.poll()
        self._handlers: dict[int, Callable[[], object]] = {}
        self._ours: list[int] = []
        self._frame_bytes = self._solutions = 0
        self._closed_s = math.inf
        self._pid, self._status = 0, -1

    def result(self) -> Result:
        """Until the process group is dead. Raises `OwnerGone`, then too with it dead."""
        try:
            try:
                self._start()
            except OSError as error:
                self._end(EndedBy.FAULT, f"the program could not be started: {error}")
            else:
                wire.send(OUT, {"started": self._pid})
            while self._result is None:
                self._step()
        finally:
            self.times.ended = time.monotonic()
            self._kill()
            self._drain()
            self._close()
        return self._result

    # -- start

    def _start(self) -> None:
        null = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        # `os.pipe` makes ends that no program inherits.
        (out, out_end), (err, err_end), (frames, frames_end) = (os.pipe() for _ in range(3))
        into_end, self._into = os.pipe()
        self._frames = frames
        self._ours = [out, err, frames, self._into]
        for fd in self._ours:
            os.set_blocking(fd, False)
        request, place = self.request, self._place
        self.times.launched = time.monotonic()
        ends = [null, out_end, err_end, into_end, frames_end]
        try:
            box = backend.box_environment(request.limits.threads, request.environment, place.scratch)
            self._pid = spawn([place.python, *backend.PYTHON_OPTIONS, "-c", request.shim], box, ends)
        finally:
            backend.close_quietly(ends)
        self._watch(out, lambda: self._read_text(out, self.stdout))
        self._watch(err, lambda: self._read_text(err, self.stderr))
        self._watch(frames, self._read_frames)
        self._watch(self._deaths, self._child_died)
        self._watch(IN, self._owner_gone)
        settings = {
            **place.settings(request.limits),
            "entry_point": request.entry_point,
            "anytime": request.anytime,
            "answer": [[key, *spec.declaration()] for key, spec in request.answer],
            "cpu_s": request.cpu_s,
            "seed": request.seed,
        }
        self._enqueue(json.dumps(settings).encode())

    def _watch(self, fd: int, handler: Callable[[], object], events: int = select.POLLIN) -> None:
        self._handlers[fd] = handler
        self._poller.register(fd, events)

    def _unwatch(self, fd: int) -> None:
        if self._handlers.pop(fd, None) is not None:
            self._poller.unregister(fd)

    def _enqueue(self, *parts: wire.Buffer) -> None:
        for part in parts:
            self._queue += [memoryview(struct.pack("<Q", len(part))), memoryview(part)]
        self._watch(self._into, self._write, select.POLLOUT)

    # -- the loop

    def _step(self) -> None:
        due = min(self._deadline(), self._closed_s)
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
        if not self.hello:
            return times.launched + START_S
        return times.begun + limits.wall_s if times.begun else times.started + limits.setup_s

    def _late(self) -> None:
        if self.times.begun:
            self._end(EndedBy.WALL_LIMIT, "")
        elif not self.hello:
            self._end(EndedBy.FAULT, f"the interpreter did not start within {START_S:g} s")
        else:
            self._end(EndedBy.FAULT, f"the harness took longer than {self.request.limits.setup_s:g} s")

    def _end(self, ended_by: EndedBy, message: str, code: int | None = None) -> None:
        """The first end counts. Before READY nothing is the program's fault."""
        if self._result is None:
            if not self._ready and ended_by is not EndedBy.FAULT:
                message = f"before the program: {ended_by.value}: {message}\n{self.stderr.text()[-2000:]}"
                ended_by = EndedBy.FAULT
            self._result = Result(ended_by, message, code)

    def _owner_gone(self) -> None:
        raise OwnerGone

    # -- pipes

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
            self._greet(json.loads(message.payload))
        else:
            self.times.ready, self._ready = now, True
            self._parser.allowed = AFTER_READY
            self._sending_program = True
            self._enqueue(self.request.program)

    def _failed(self, content: Any) -> None:
        if self._ready:
            self._end(*ending.of_report(content))
        else:
            self._result = Result(EndedBy.FAULT, cleaned(str(content.get("message", "")), 4096))

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
        else:
            self._enqueue(self.request.harness, self.request.payload)

    # -- the end

    def _child_died(self) -> None:
        """What it said before counts, then how it went."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._deaths, 64)
        if not self._wait(os.WNOHANG):
            return  # it was stopped, or an earlier death was told late
        while self._result is None and self._read_frames():
            continue
        if self._result is not None:
            return
        self._drain()
        limits = self.request.limits
        found = ending.Exit(
            status=self._status,
            cpu_s=self.cpu_s,
            cpu_limit_s=self.request.cpu_s,
            address_space_bytes=0,
            address_space_limit=limits.memory_bytes + ADDRESS_SPACE_EXTRA,
            data_bytes=0,
            memory_bytes=self.memory_bytes,
            stderr=self.stderr.text(),
        )
        ended_by, message = ending.of_exit(found, limits)
        self._end(ended_by, message, found.code)

    def _wait(self, options: int = 0) -> bool:
        """Whether the program's first process is dead and collected."""
        if self._pid:
            if hasattr(os, "waitid"):  # while it is not collected, the number of its group can't be another's
                if os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOWAIT | options) is None:
                    return False
                self._kill_group(self._pid)
            pid, status, usage = os.wait4(self._pid, options)
            if not pid:
                return False
            self._status, self.cpu_s = status, usage.ru_utime + usage.ru_stime
            self.memory_bytes = usage.ru_maxrss * _RSS_UNIT
            if not hasattr(os, "waitid"):  # as on macOS before Python 3.13
                self._kill_group(self._pid)
            self._pid = 0
        return True

    def _kill(self) -> None:
        """The process group, then its first process is collected."""
        if self._pid:
            self._kill_group(self._pid)
            self._wait()

    def _kill_group(self, group: int) -> None:
        """Twice, as a process may be born while the first signal is on its way. macOS refuses for zombies."""
        for _ in range(2):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)

    def _drain(self) -> None:
        """What is still in the text pipes, within bounds."""
        for fd, capture in zip(self._ours[:2], (self.stdout, self.stderr), strict=False):
            for _ in range(4):
                data = _read(fd)
                if not data:
                    break
                capture.add(data)

    def _close(self) -> None:
        backend.close_quietly(self._ours)
        self._place.clean()


def spawn(argv: Sequence[str], environment: Mapping[str, str], fds: Sequence[int]) -> int:
    """Start a process as leader of a new group, with `fds` as its descriptors 0, 1, 2, ...; its pid."""
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _HIGH_FD) for fd in fds]
    try:
        actions = [(os.POSIX_SPAWN_DUP2, fd, number) for number, fd in enumerate(high)]
        return os.posix_spawn(
            argv[0],
            list(argv),
            dict(environment),
            file_actions=actions,
            setpgroup=0,
            setsigdef=[signal.SIGINT, signal.SIGPIPE],
        )
    finally:
        backend.close_quietly(high)


def _read(fd: int) -> bytes | None:
    """What there is, `b""` at the end, `None` if there is nothing now."""
    try:
        return os.read(fd, _CHUNK)
    except BlockingIOError:
        return None


def _reply(run: Run, result: Result) -> tuple[dict[str, Any], list[wire.Buffer]]:
    times = run.times
    kept, blobs = run.keeper.packed()
    header = {
        "ended_by": result.ended_by.value,
        "message": result.message,
        "mismatch": result.mismatch,
        "exit_code": result.exit_code,
        "stdout": run.stdout.text(),
        "stderr": run.stderr.text(),
        "hello": run.hello,
        "kept": kept,
        "usage": {
            "wall_s": max(0.0, times.ended - times.begun) if times.begun else 0.0,
            "setup_s": max(0.0, times.ready - times.started) if times.ready else 0.0,
            "start_s": max(0.0, times.started - run.request.asked_s) if times.started else 0.0,
            "cpu_s": run.cpu_s,
            "memory_bytes": run.memory_bytes,
            "load_s": max(0.0, times.entered - times.begun) if times.entered else 0.0,
        },
    }
    return header, blobs
