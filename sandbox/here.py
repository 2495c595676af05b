"""The sandbox of this machine, whatever its system gives."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sandbox.errors import IsolationUnavailable
from sandbox.local import PACKAGES, LocalSandbox

if TYPE_CHECKING:
    from sandbox.portable import Portable


def opened(
    isolation: str = "auto",
    slots: int = 1,
    unsafe_exec: bool = False,
    packages: Sequence[str] = PACKAGES,
    warm: bool = True,
) -> LocalSandbox | Portable:
    """On Linux a `LocalSandbox`; elsewhere, with `unsafe_exec`, what POSIX alone can do.

    Raises
    ------
    IsolationUnavailable, EnvironmentMismatch, MissingPackage
        As `LocalSandbox` does; on other systems always without `unsafe_exec`, and the sentence says why.
    """
    if platform.system() == "Linux":
        return LocalSandbox(isolation, slots, unsafe_exec, packages, warm)
    from sandbox.portable import LEVEL, SENTENCE, Portable

    if isolation not in ("auto", LEVEL):
        raise IsolationUnavailable(f"no {isolation} here: {SENTENCE}")
    return Portable(packages, slots, unsafe_exec)
