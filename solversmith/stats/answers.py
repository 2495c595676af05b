"""How answers of independent attempts agree, and what that says of two ways to choose among them.

Best of n with a perfect verifier needs about 1/Δ attempts, self-consistency (the largest class of equal
answers) about 1/Δ², where Δ is the chance of a correct answer less that of the most frequent wrong one
(Huang et al. 2025, "Sample Complexity and Representation Ability of Test-time Scaling Paradigms", as its
abstract states it; the proofs are `unverified` here). Whether it shows in measured answers is seen from the
slopes of log n over log 1/Δ: 1 and 2.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from solversmith.errors import UsageError
from solversmith.stats.intervals import Interval

_RESAMPLES = 2000
_DRAWS = 4000
_MOST_ATTEMPTS = 4096  # self-consistency that needs more has failed for every purpose


@dataclass(frozen=True)
class Agreement:
    """Of n attempts: how many were correct, and the sizes of the classes of wrong answers, largest first.

    What is left to n are failures: they are no answer, and in no class.
    """

    n: int
    correct: int
    wrong: tuple[int, ...]

    @property
    def delta(self) -> float:
        """Δ: the share of correct answers less that of the largest wrong class; in [-1, 1]."""
        return (self.correct - max(self.wrong, default=0)) / self.n


def classes(answers: Sequence[Sequence[float]], tau: float) -> tuple[int, ...]:
    """The class of each answer, from 0 by first appearance: all of one class are within `tau` of each other.

    Complete linkage on the relative distance ‖a - b‖₂ / max(‖a‖₂, ‖b‖₂); two zero answers are equal.

    Parameters
    ----------
    answers
        Fingerprints: vectors of one length, a field at fixed points or a single objective.
    tau
        The largest relative distance within a class, > 0.

    Raises
    ------
    UsageError
        A `tau` that is not positive, or answers of different lengths or with non-finite values.
    """
    if not tau > 0:
        raise UsageError(f"answers are equal within a distance > 0, not {tau}")
    if len({len(answer) for answer in answers}) > 1 or not all(math.isfinite(x) for a in answers for x in a):
        raise UsageError("answers that are compared have one length and finite values")
    if len(answers) < 2:
        return tuple(range(len(answers)))
    from scipy.cluster.hierarchy import fcluster, linkage

    labels = fcluster(linkage(_distances(answers), "complete"), tau, "distance").tolist()
    order = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    return tuple(order[label] for label in labels)


def agreement(
    answers: Sequence[Sequence[float] | None], losses: Sequence[float | None], *, tau: float, good: float
) -> Agreement:
    """Which answers are correct (loss at most `good`), and how the others agree. `None` is a failure.

    Raises
    ------
    UsageError
        As `classes`; or no attempts; or not as many losses as answers.
    """
    if not answers or len(answers) != len(losses):
        raise UsageError(f"{len(answers)} answers and {len(losses)} losses: each attempt needs both")
    both = [(a, x) for a, x in zip(answers, losses, strict=True) if a is not None and x is not None]
    wrong = [answer for answer, loss in both if loss > good]
    sizes = Counter(classes(wrong, tau)).values()
    return Agreement(len(answers), len(both) - len(wrong), tuple(sorted(sizes, reverse=True)))


def delta_interval(found: Agreement, *, seed: int = 0, level: float = 0.95) -> Interval:
    """Δ with a percentile bootstrap over attempts, in which the largest wrong class is found anew."""
    import numpy as np

    failures = found.n - found.correct - sum(found.wrong)
    shares = np.array([found.correct, failures, *found.wrong]) / found.n
    drawn = np.random.default_rng([seed, found.n]).multinomial(found.n, shares, size=_RESAMPLES)
    largest = drawn[:, 2:].max(axis=1) if found.wrong else 0
    low, high = np.quantile((drawn[:, 0] - largest) / found.n, [(1 - level) / 2, (1 + level) / 2])
    return Interval(found.delta, float(low), float(high), level, f"bootstrap of {found.n} attempts")


def needed_best_of_n(found: Agreement, chance: float = 0.9) -> int | None:
    """The fewest attempts among which one is correct with this chance; `None` if none ever was."""
    share = found.correct / found.n
    if share == 0:
        return None
    return 1 if share == 1 else max(1, math.ceil(math.log1p(-chance) / math.log1p(-share) - 1e-9))


def needed_self_consistency(found: Agreement, chance: float = 0.9, *, seed: int = 0) -> int | None:
    """The fewest attempts (to 10 %) whose largest class is the correct one with this chance.

    By simulation from the measured shares. All correct answers are one class, ties are lost. `None` where Δ
    is not positive, or where more than 4096 attempts are needed.
    """
    if found.delta <= 0:
        return None
    n = 1
    while n <= _MOST_ATTEMPTS:
        if _consistent(found, n, seed) >= chance:
            return n
        n = max(n + 1, math.ceil(n * 1.1))
    return None


def slope(deltas: Sequence[float], needed: Sequence[int], level: float = 0.95) -> Interval:
    """Least-squares slope of log n over log 1/Δ, with Student's interval; none from fewer than 3 settings.

    Raises
    ------
    UsageError
        A Δ or an n that is not positive, or not as many of one as of the other.
    """
    if len(deltas) != len(needed) or any(value <= 0 for value in (*deltas, *needed)):
        raise UsageError("a slope needs pairs of a positive delta and a positive number of attempts")
    if len(set(deltas)) < 3:
        return Interval(None, level=level, how="no slope: fewer than 3 different deltas")
    from scipy.stats import linregress, t

    line = linregress([-math.log(delta) for delta in deltas], [math.log(n) for n in needed])
    half = float(t.ppf((1 + level) / 2, len(deltas) - 2)) * float(line.stderr)
    value = float(line.slope)
    return Interval(value, value - half, value + half, level, f"least squares over {len(deltas)} settings")


def _distances(answers: Sequence[Sequence[float]]) -> list[float]:
    """Condensed, as scipy wants them: pairs (0,1), (0,2), ..., (1,2), ..."""
    import numpy as np

    rows = np.asarray(answers, dtype=np.float64)
    norms = np.linalg.norm(rows, axis=1)
    found: list[float] = []
    for i in range(len(rows) - 1):
        scale = np.maximum(norms[i], norms[i + 1 :])
        apart = np.linalg.norm(rows[i + 1 :] - rows[i], axis=1)
        found.extend(np.divide(apart, scale, out=np.zeros_like(apart), where=scale > 0).tolist())
    return found


def _consistent(found: Agreement, n: int, seed: int) -> float:
    import numpy as np

    failures = found.n - found.correct - sum(found.wrong)
    shares = np.array([found.correct, failures, *found.wrong]) / found.n
    drawn = np.random.default_rng([seed, n]).multinomial(n, shares, size=_DRAWS)
    largest = drawn[:, 2:].max(axis=1) if found.wrong else 0
    return float((drawn[:, 0] > largest).mean())
