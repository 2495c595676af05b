"""What a check says of one solution."""

from __future__ import annotations

from dataclasses import dataclass

MOST_VIOLATIONS = 5


@dataclass(frozen=True)
class Evaluation:
    """The objective of a feasible solution, or what it violates (the first few, in words)."""

    objective: int | float | None
    violations: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.objective is None) != bool(self.violations):
            raise ValueError("a solution has an objective or violations, not both and not neither")
