"""The owner's side of one supervisor."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sandbox import cgroup, confined, message, tree, wire
from sandbox.backend import Plan
from sandbox.errors import EnvironmentMismatch, IsolationUnavailable, SupervisorDied
from sandbox.spec import EndedBy, Job, Outcome

_OPEN_S = 60.0
_SPARE_S = 180.0  # beyond the limits, for starting, killing and sending back
_BOOT = """
import sys
sys.path.append(sys.argv[1])
from sandbox import supervisor
supervisor.main(int(sys.argv[2]))
"""


class Slot:
    """A supervisor that was opened with a plan. One request at a time; a dead one is started anew."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._process: subprocess.Popen[bytes] | None = None
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the slot
        self._uid = os.getuid()
        self._token = self._cgroup = ""
        self._group = 0

    @property
    def pid(self) -> int | None:
        """The supervisor's pid."""
        return None if self._process is None else self._process.pid

    def open(self, plan: Plan | None = None) -> None:
        """Start the supervisor if there is none with this plan. Raises `IsolationUnavailable`."""
        plan = plan or self.plan
        if self._process is not None and self._process.poll() is None and plan == self.plan:
            return
        self._end()
        self.plan = plan
        self._start()
        self._group, self._cgroup, self._token = 0, "", secrets.token_hex(8)
        try:
            self._send(_plan_message(replace(plan, token=self._token)))
            reply, _ = self._receive(_OPEN_S)
        except (wire.Closed, wire.Late) as error:
            why = self._died(error)
            self._end()
            raise SupervisorDied(f"{plan.level}: the supervisor did not start: {why}") from None
        self._cgroup = reply["cgroup"]
        if not reply["ok"]:
            self._end()
            raise IsolationUnavailable(f"{plan.level}: {reply['why']}")
        self._uid = reply["uid"]

    def run(
        self, job: Job, expected: Mapping[str, Any], detail: Mapping[str, Any], cores: Sequence[int] = ()
    ) -> Outcome:
        """Execute once, on these cores if any are given. A supervisor that dies makes this a fault.

        Raises
        ------
        EnvironmentMismatch
            The interpreter in the box, or what it can import, is not as expected.
        IsolationUnavailable
            A new supervisor can't be had.
        """
        self.open()
        limits = job.limits
        try:
            self._send(message.of_job(job, expected, cores), message.blobs_of(job))
            reply, blobs = self._receive(limits.setup_s + limits.wall_s + _SPARE_S)
            if "started" in reply:
                self._group = reply["started"]
                reply, blobs = self._receive(limits.setup_s + limits.wall_s + _SPARE_S)
        except (wire.Closed, wire.Late) as error:
            why = self._died(error)
            self._end()
            return Outcome(EndedBy.FAULT, message=why, level=self.plan.level, detail=dict(detail))
        except BaseException:  # interrupted: what the supervisor would answer belongs to nobody
            self._end()
            raise
        if reply["mismatch"]:
            raise EnvironmentMismatch(reply["mismatch"])
        started = {"start": reply["start"], "why_cold": reply["why_cold"]}
        return message.outcome(job, self.plan.level, reply, blobs, {**detail, **started})

    def stop(self) -> None:
        """Ask the supervisor to end everything; from any thread."""
        process = self._process
        if process is not None:
            process.terminate()

    def close(self) -> None:
        """End the supervisor and everything below it, and the slot."""
        self._end()
        self._stderr.close()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._clean_up_after(process.returncode)

    def _clean_up_after(self, code: int) -> None:
        """Whatever it left; without namespaces, after a bad end, something of its tree may still live."""
        if code and self._group:
            tree.kill_group(self._group, self._uid)
        if self._cgroup:
            cgroup.remove(self._cgroup)
        confined.remove(confined.made_with(self._token))  # which no depth of folders stops

    def _start(self) -> None:
        root = str(Path(__file__).resolve().parent.parent)
        self._stderr.seek(0)
        self._stderr.truncate()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-c", _BOOT, root, str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env={"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            bufsize=0,
            close_fds=True,
            start_new_session=True,
        )

    def _send(self, header: Mapping[str, Any], blobs: list[wire.Buffer] | None = None) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        wire.send(self._process.stdin.fileno(), header, blobs or [])

    def _receive(self, timeout_s: float) -> tuple[dict[str, Any], list[bytearray]]:
        assert self._process is not None
        assert self._process.stdout is not None
        return wire.receive(self._process.stdout.fileno(), timeout_s)

    def _died(self, error: Exception) -> str:
        assert self._process is not None
        if isinstance(error, wire.Late):
            return "the supervisor did not answer in time"
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._stderr.seek(0)
        text = self._stderr.read()[-2000:].decode(errors="replace").strip()
        code = self._process.returncode
        how = "" if code is None else f" ({signal.Signals(-code).name if code < 0 else f'exit code {code}'})"
        return f"the supervisor died{how}{': ' + text if text else ''}"


def _plan_message(plan: Plan) -> dict[str, Any]:
    return {**vars(plan), "bwrap": None if plan.bwrap is None else dict(plan.bwrap)}
