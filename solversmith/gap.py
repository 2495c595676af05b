"""How much worse a program is on cases that the search never saw: the gap between dev and test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FLAGGED: Final = 3.0  # times the dev loss


@dataclass(frozen=True)
class Gap:
    """Losses of one program on both splits, none of them below what its reference can resolve."""

    dev: float
    test: float

    @property
    def factor(self) -> float | None:
        """Test loss over dev loss; `None` where the dev loss is not positive."""
        return self.test / self.dev if self.dev > 0 else None

    @property
    def flagged(self) -> bool:
        """Whether the test loss is more than three times the dev loss."""
        return self.test > FLAGGED * max(self.dev, 0.0)

    @property
    def short(self) -> str:
        """For a table: the factor, or the difference; marked where it is flagged."""
        text = f"{self.test - self.dev:+.2g}" if self.factor is None else f"{self.factor:.2g}x"
        return f"{text} !" if self.flagged else text

    @property
    def text(self) -> str:
        """For a sentence about the test loss."""
        factor = self.factor
        said = f"{self.test - self.dev:+.2g} from" if factor is None else f"{factor:.2g} times"
        return f"{said} the dev loss" + (" (WARNING: more than 3 times)" if self.flagged else "")


def gap_of(
    dev: float | None, test: float | None, dev_floor: float | None = None, test_floor: float | None = None
) -> Gap | None:
    """The gap between two losses; `None` where one of them is missing.

    Parameters
    ----------
    dev_floor, test_floor
        The error of the references themselves: no loss counts as less.
    """
    if dev is None or test is None:
        return None
    return Gap(max(dev, dev_floor or dev), max(test, test_floor or test))
