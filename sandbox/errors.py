"""What the sandbox raises. A bad program is never an exception: it is an `Outcome`."""

from __future__ import annotations

from typing import Any


class SandboxError(Exception):
    """Root of this package's errors."""


class IsolationUnavailable(SandboxError):
    """The isolation that was asked for, or the least that is allowed, can't be had on this machine.

    `probes` are what was tried, where more than one thing was.
    """

    def __init__(self, message: str, probes: tuple[Any, ...] = ()) -> None:
        super().__init__(message)
        self.probes = probes


class SupervisorDied(IsolationUnavailable):
    """The supervisor died before it said whether its isolation can be had."""


class StillAlive(SandboxError):
    """Processes of a program outlived every SIGKILL: nothing may go on as if they were dead."""


class EnvironmentMismatch(SandboxError):
    """The interpreter or solver environment inside the sandbox is not the expected one."""


class MissingPackage(SandboxError):
    """A distribution of the solver environment is not installed."""


class SandboxClosed(SandboxError):
    """The sandbox was closed, or its supervisor is gone."""
