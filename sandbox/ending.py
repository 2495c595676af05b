"""From how a process ended to what ended the execution. Pure."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

from sandbox.spec import EndedBy, Limits
from sandbox.text import cleaned

_NEAR = 0.9
_CPU_SLACK_S = 1.0
_MEMORY_SIGNALS = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGTRAP}
_REPORTED = {
    "no_entry_point",
    "syntax_error",
    "import_error",
    "exception",
    "bad_output",
    "exited",
    "memory_limit",
}


@dataclass(frozen=True)
class Exit:
    """How the box's process ended, and what was seen of it before."""

    status: int  # as waitpid gives it
    cpu_s: float
    cpu_limit_s: float
    address_space_bytes: int
    address_space_limit: int
    data_bytes: int
    memory_bytes: int  # largest seen over the tree
    stderr: str

    @property
    def signal(self) -> int:
        """The signal that ended it, also where a launcher turned that into 128 + number; 0 if none."""
        if os.WIFSIGNALED(self.status):
            return os.WTERMSIG(self.status)
        code = os.WEXITSTATUS(self.status)
        return code - 128 if code - 128 in {int(number) for number in signal.Signals} else 0

    @property
    def code(self) -> int:
        """The exit code; the negative number of a signal."""
        return -self.signal if self.signal else os.WEXITSTATUS(self.status)


def of_exit(found: Exit, limits: Limits) -> tuple[EndedBy, str]:
    """What ended a program that left without a final frame."""
    number = found.signal
    if not number:
        return EndedBy.EXITED, f"the process left with exit code {found.code}"
    name = _name(number)
    if number in (signal.SIGXCPU, signal.SIGKILL) and found.cpu_s >= found.cpu_limit_s - _CPU_SLACK_S:
        return EndedBy.CPU_LIMIT, f"used {found.cpu_s:.1f} s of processor time"
    near = (
        found.address_space_bytes >= _NEAR * found.address_space_limit
        or found.data_bytes >= _NEAR * limits.memory_bytes
        or found.memory_bytes >= _NEAR * limits.memory_bytes
        or "std::bad_alloc" in found.stderr
    )
    if near and (number in _MEMORY_SIGNALS or number == signal.SIGKILL):
        return EndedBy.MEMORY_LIMIT, f"ended by {name} near the memory limit"
    if number == signal.SIGSYS:
        return EndedBy.SIGNAL, "ended by SIGSYS: a system call of another architecture"
    return EndedBy.SIGNAL, f"ended by {name}"


def _name(number: int) -> str:
    """The name of a signal; most real-time ones have none.

    The first process of a pid namespace can't end itself by SIGABRT: abort(3) then goes on to SIGSEGV.
    """
    if number == signal.SIGSEGV:
        return "SIGSEGV or abort"
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def of_report(content: object) -> tuple[EndedBy, str, int | None]:
    """What an error frame says, which after READY is the program's word. Raises `ValueError`."""
    if not isinstance(content, dict) or not isinstance(content.get("message"), str):
        raise ValueError("an error frame without a message")
    kind = content.get("ended_by")
    if not isinstance(kind, str) or kind not in _REPORTED:
        raise ValueError("an error frame of unknown kind")
    code = content.get("code")
    code = code if isinstance(code, int) and not isinstance(code, bool) and abs(code) < 1 << 31 else None
    return EndedBy(kind), cleaned(content["message"], 4096), code
