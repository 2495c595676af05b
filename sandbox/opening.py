"""Which sandbox: that of Linux, or where it can't be had and that is allowed, the one of any POSIX system."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from sandbox import levels, local, portable
from sandbox.errors import IsolationUnavailable
from sandbox.local import LocalSandbox
from sandbox.portable import Portable


def open_sandbox(
    isolation: str = "auto",
    slots: int = 1,
    unsafe_exec: bool = False,
    packages: Sequence[str] = local.PACKAGES,
    warm: bool = True,
) -> LocalSandbox | Portable:
    """A sandbox as `LocalSandbox` takes it.

    Without `unsafe_exec` or a claim of an outer sandbox it confines programs, or there is none.

    Raises
    ------
    IsolationUnavailable, EnvironmentMismatch, MissingPackage
        As `LocalSandbox` does.
    """
    claimed = isolation == "external"
    unconfined = claimed or (unsafe_exec and isolation in ("auto", portable.LEVEL))
    if sys.platform == "linux":
        try:
            return local.LocalSandbox(
                isolation=isolation, slots=slots, unsafe_exec=unsafe_exec, packages=packages, warm=warm
            )
        except IsolationUnavailable:
            if not unconfined:
                raise
    elif not unconfined and isolation not in (*levels.CHOICES, *levels.ORDER):
        raise IsolationUnavailable(f"no isolation named {isolation!r}; known: {', '.join(levels.CHOICES)}")
    return Portable(packages, slots, unsafe_exec=unconfined, claimed=claimed)
