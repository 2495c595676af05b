"""Level L1 with nothing but POSIX: for systems on which programs can't be confined, such as macOS.

A program runs in a process group of its own, below a supervisor without secrets in its memory or environment.
No call is made that only Linux has, and nothing is read from `/proc`.
"""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from sandbox import confined, environment, interpreter, levels, message, wire
from sandbox.environment import SolverEnvironment
from sandbox.errors import EnvironmentMismatch, IsolationUnavailable, SandboxClosed
from sandbox.lending import Lending
from sandbox.spec import ArraySpec, EndedBy, Job, Limits, Outcome

LEVEL = "L1"
BACKEND = "a clean environment, a process group of its own and rlimits; POSIX only"
NOT_GIVEN = (
    "any protection of files and secrets on this machine: a program can read and write what you can",
    "any protection of the network: a program can send what it read",
    "a limit on total memory",
    "a limit on the number of processes",
    "an end for processes that leave their process group: they may live on",
    "a quota of the scratch folder",
    "resistance to bugs of the kernel",
)
SENTENCE = (
    "this system gives no way to confine programs that is known to work here: files, secrets and the network "
    "stay within a program's reach, processes that leave its process group may live on, and memory is not "
    "capped. --unsafe-exec runs programs all the same (level L1); to confine them use Linux, or a Linux "
    "container or virtual machine"
)
_SPARE_S = 180.0  # beyond the limits, for starting, killing and sending back
_BOOT = """
import sys
sys.path.append(sys.argv[1])
from sandbox import portable_box
portable_box.main(sys.argv[2:])
"""
_TRIAL = Job(
    harness="import array\ndef arguments(payload):\n    return (), {}\n"
    "def answer(value, payload):\n    return {'x': array.array('q', [value])}\n",
    payload=b"",
    program="def solver():\n    return 1\n",
    entry_point="solver",
    answer={"x": ArraySpec("<i8", (1,))},
    limits=Limits(wall_s=20, setup_s=30),
)


class Portable:
    """Runs programs unconfined, `slots` of them at once. Thread-safe.

    Parameters
    ----------
    packages
        Distributions that programs may import, besides the ones that a job names.
    unsafe_exec
        Must be true: somebody said that programs may run without protection.
    claimed
        The owner claims that a kernel of its own is around all of this: `L5` is recorded, and what was
        measured beside it.
    cap_memory
        Limit the memory of each process, where the system is known to hold to such limits.

    Raises
    ------
    IsolationUnavailable
        `unsafe_exec` is false, or not even this works here.
    """

    def __init__(
        self,
        packages: Sequence[str],
        slots: int = 1,
        unsafe_exec: bool = False,
        claimed: bool = False,
        cap_memory: bool = sys.platform == "linux",
    ) -> None:
        if not unsafe_exec:
            raise IsolationUnavailable(SENTENCE)
        if slots < 1:
            raise ValueError(f"a sandbox needs at least one slot, not {slots}")
        self.slots, self._packages, self._cap_memory = slots, tuple(packages), cap_memory
        self._claimed = claimed
        self._view = interpreter.view()
        self._solver = environment.resolve(self._packages)
        self._lending = Lending([_Slot() for _ in range(slots)])
        tried = self.run(_TRIAL)
        if tried.ended_by is not EndedBy.RETURNED:
            self.close()
            raise IsolationUnavailable(f"{LEVEL}: {tried.message or tried.stderr}")
        self._reported: Mapping[str, Any] = tried.detail["reported"]

    @property
    def level(self) -> str:
        """`L1`; `L5` where an outer sandbox was claimed."""
        return levels.CLAIMED if self._claimed else LEVEL

    def run(self, job: Job) -> Outcome:
        """Execute once in a free slot; the program's process group is dead when this returns.

        Raises
        ------
        MissingPackage, EnvironmentMismatch, SandboxClosed
            Never for anything that the program did.
        """
        solver = environment.resolve((*self._packages, *job.packages))
        with self._lending.one() as slot:
            outcome = slot.run(job, self._header(job, solver), {"start": "cold", "backend": BACKEND})
        if self._lending.closed and outcome.ended_by is EndedBy.FAULT:
            raise SandboxClosed("the sandbox was closed during this execution")
        return replace(outcome, level=self.level)

    def describe(self) -> dict[str, Any]:
        """Level, backend, interpreter, solver environment, and what is not given."""
        claim = {"claim": "external", "inner_level": LEVEL} if self._claimed else {}
        return {
            "level": self.level,
            **claim,
            "slots": self.slots,
            "backend": BACKEND,
            "start": "cold",
            "omitted": [],
            "bwrap": None,
            "probes": [],
            "interpreter": {key: self._reported[key] for key in ("version", "base_prefix", "executable")},
            "solver_environment": dict(self._solver.versions),
            "kernel": platform.release(),
            "machine": platform.machine(),
            "not_given": [*(levels.NOT_GIVEN[levels.CLAIMED] if claim else ()), *NOT_GIVEN],
        }

    def close(self) -> None:
        """End every execution and the supervisors."""
        self._lending.close()

    def __enter__(self) -> Portable:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _header(self, job: Job, solver: SolverEnvironment) -> dict[str, Any]:
        return {
            **message.of_job(job, interpreter.expected(solver), ()),
            "python": self._view.python,
            "search": list(self._view.search),
            "solver": [[source, relative] for relative, source in solver.entries],
            "cap_memory": self._cap_memory,
        }


class _Slot:
    """The owner's side of one supervisor, which is started when there is something to run."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._stderr: IO[bytes] | None = None
        self._folder = ""
        self._group = 0

    def run(self, job: Job, header: Mapping[str, Any], detail: Mapping[str, Any]) -> Outcome:
        """Execute once; a supervisor that dies makes this a fault. Raises `EnvironmentMismatch`."""
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        into, out = process.stdin.fileno(), process.stdout.fileno()
        longest_s = job.limits.setup_s + job.limits.wall_s + _SPARE_S
        try:
            wire.send(into, {**header, "folder": self._folder}, message.blobs_of(job))
            reply, found = wire.receive(out, longest_s)
            if "started" in reply:
                self._group = reply["started"]
                reply, found = wire.receive(out, longest_s)
        except (wire.Closed, wire.Late) as error:
            late = isinstance(error, wire.Late)
            why = "did not answer in time" if late else f"died: {self._last_words()}"
            self.close()
            why = f"the supervisor {why}"
            return Outcome(EndedBy.FAULT, message=why, level=LEVEL, detail=dict(detail))
        except BaseException:  # interrupted: what the supervisor would answer belongs to nobody
            self.close()
            raise
        self._group = 0
        if reply["mismatch"]:
            raise EnvironmentMismatch(reply["mismatch"])
        return message.outcome(job, LEVEL, reply, found, detail)

    def stop(self) -> None:
        """Ask the supervisor to end everything; from any thread."""
        process = self._process
        if process is not None:
            process.terminate()

    def close(self) -> None:
        """End the supervisor, the program and the folder."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout, self._stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.returncode and self._group:
            with contextlib.suppress(OSError):  # it could not do so itself
                os.killpg(self._group, signal.SIGKILL)
        self._group = 0
        confined.remove(self._folder)
        self._folder = ""

    def _last_words(self) -> str:
        assert self._process is not None
        assert self._stderr is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._stderr.seek(0)
        text = self._stderr.read()[-2000:].decode(errors="replace").strip()
        return text or f"exit code {self._process.returncode}"

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._folder = tempfile.mkdtemp(prefix="sandbox-slot-")
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the supervisor
        root = str(Path(__file__).resolve().parent.parent)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-c", _BOOT, root, str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env={"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            cwd="/",
            bufsize=0,
            start_new_session=True,
        )
        return self._process
