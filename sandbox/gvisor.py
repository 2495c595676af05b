"""gVisor: whether this process runs inside it, and whether its `runsc` works here; both found out by use."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

START = b"Starting gVisor..."
_READ_ALL = 3  # SYSLOG_ACTION_READ_ALL
_LOG_BYTES = 1 << 16
_TRY_S = 30.0


@dataclass(frozen=True)
class Gvisor:
    """What was found. `inside` is `None` where the kernel's log can't be read: then it is not known."""

    inside: bool | None
    how: str
    runsc: str  # its path; empty if there is none
    usable: bool
    detail: str

    def to_json(self) -> dict[str, Any]:
        """For records and people."""
        return asdict(self)


def find() -> Gvisor:
    """Read the kernel's log, and run `true` in `runsc` if there is one."""
    inside, how = told(kernel_log)
    path = shutil.which("runsc") or ""
    if not path:
        return Gvisor(inside, how, "", False, "there is no runsc on the PATH")
    failure = tried(path)
    detail = failure or "ran `true` in it, without network and without being root"
    return Gvisor(inside, how, path, not failure, detail)


def told(log: Callable[[], bytes]) -> tuple[bool | None, str]:
    """Whether the kernel says that it is gVisor, and how that is known. `log` may raise `OSError`."""
    try:
        text = log()
    except OSError as error:
        return None, f"the kernel's log can't be read: {error.strerror}"
    if START in text:
        return True, "the kernel's log begins as gVisor's does"
    return False, "the kernel's log is not gVisor's"


def kernel_log() -> bytes:
    """What the kernel logged last. Raises `OSError`; gVisor lets everybody read its own."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "klogctl"):
        raise OSError(0, "this system has no such call")
    buffer = ctypes.create_string_buffer(_LOG_BYTES)
    count = libc.klogctl(_READ_ALL, buffer, _LOG_BYTES)
    if count < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return buffer.raw[:count]


def tried(runsc: str, timeout_s: float = _TRY_S) -> str:
    """Why `true` could not be run in it; empty if it could."""
    with tempfile.TemporaryDirectory(prefix="sandbox-runsc-") as state:
        options = [f"--root={state}", "--rootless", "--network=none", "--ignore-cgroups"]
        try:
            done = subprocess.run(
                [runsc, *options, "do", "true"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=timeout_s,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
    if done.returncode == 0:
        return ""
    said = (done.stderr + done.stdout).decode(errors="replace").strip().splitlines()
    return said[-1] if said else f"exit code {done.returncode}"
