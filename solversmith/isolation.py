"""How programs of a session are isolated and started: what losses and times of one table must share."""

from __future__ import annotations

from dataclasses import dataclass

from solversmith.contract.running import Sandbox

COLD, WARM = "cold", "warm"  # a Python of its own, or a fork of one that has imported the packages


@dataclass(frozen=True)
class Isolation:
    """Level and start of a sandbox. `inner`: the measured level, where `level` is somebody's word."""

    level: str
    start: str = COLD  # all that there was before anything else was recorded
    inner: str | None = None

    @property
    def shown(self) -> str:
        """The level as people read it."""
        return level_text(self.level, self.inner)


def isolation_of(sandbox: Sandbox) -> Isolation:
    """What a sandbox says of itself."""
    about = sandbox.describe()
    inner = str(about.get("inner_level", "nothing")) if about.get("claim") else None
    return Isolation(sandbox.level, str(about.get("start", COLD)), inner)


def level_text(level: str, inner: str | None) -> str:
    """A level with what was measured, where that is another thing: `L3`, `L5 (claimed, L2 measured)`."""
    return level if inner is None else f"{level} (claimed, {inner} measured)"
