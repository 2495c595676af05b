"""Best of n: so many independent drafts, each repaired while it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from solversmith import options as checked
from solversmith.contract.method import History, Proposal, Signal
from solversmith.errors import UsageError

SUMMARY = "n independent drafts, each repaired while it fails; the best on dev is chosen"


@dataclass(frozen=True)
class BestOfN:
    """Repeated sampling with self-debugging.

    Parameters
    ----------
    n
        How many candidates.
    debug_rounds
        How many repairs a candidate that fails may have.
    temperature
        Of every request; `None` leaves it to the run's settings.
    """

    n: int = 8
    debug_rounds: int = 4
    temperature: float | None = None

    def __post_init__(self) -> None:
        if self.n < 1 or self.debug_rounds < 0:
            raise UsageError(
                f"best-of-n needs n >= 1 and debug_rounds >= 0, not {self.n}, {self.debug_rounds}"
            )

    @property
    def name(self) -> str:
        """As on the command line."""
        return "best-of-n"

    @property
    def generation(self) -> int:
        """All of them: no draft depends on another."""
        return self.n

    def settings(self) -> Mapping[str, Any]:
        """Every setting with its value."""
        return asdict(self)

    def propose(self, history: History, number: int) -> Proposal | Signal:
        """A draft, whatever came before; one more for each that is set aside for a fault of ours."""
        if number >= self.n + len(history.faulted):
            return Signal.DONE
        return Proposal(
            what="program",
            operator="draft",
            task="draft",
            temperature=self.temperature,
            debug_rounds=self.debug_rounds,
        )


def build(options: Mapping[str, Any]) -> BestOfN:
    """The method. Options: `n`, `debug_rounds`, `temperature`. Raises `UsageError`."""
    checked.only("best-of-n", options, ("n", "debug_rounds", "temperature"))
    return BestOfN(
        n=checked.whole(options, "n", BestOfN.n, 1),
        debug_rounds=checked.whole(options, "debug_rounds", BestOfN.debug_rounds, 0),
        temperature=checked.number(options, "temperature", 0.0, 2.0),
    )
