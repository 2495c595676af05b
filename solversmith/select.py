"""Which candidate goes to the test split."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from solversmith.ranking import ranks
from solversmith.records.run import CandidateRecord
from solversmith.records.verdict import Verdict

RULE = "best dev loss"
SIGNALS_RULE = "best dev signals"  # the same, where losses on dev were made without the reference
_CLOCK_NOISE = 2.0  # run times closer than this factor, or than this many seconds, say nothing
_CLOCK_NOISE_S = 0.5


def select(
    candidates: Iterable[CandidateRecord], cases: int, error_floor: float = 0.0, *, by_clock: bool = True
) -> CandidateRecord | None:
    """The best by `solversmith.ranking`; `None` if none solved any case.

    All that tie with the best are equal; where a record does not say how well its loss is known, losses that
    differ by no more than `error_floor` tie. Under the steady schedule (`by_clock`) less wall time is
    preferred: of equal candidates those count that are not clearly slower than the fastest (twice its time
    and half a second), and of these the one with the lowest number. Under the generational schedule no clock
    is looked at, as two equal runs must select the same: of equal candidates the one with the lowest number
    is selected.

    Parameters
    ----------
    cases
        How many cases the dev split has: a candidate that failed on all is never selected.
    by_clock
        Whether measured wall time may decide between equal candidates.
    """
    valid = [candidate for candidate in candidates if _solves_any(candidate, cases)]
    if not valid:
        return None
    rank = ranks(valid, error_floor)
    equal = [candidate for candidate in valid if rank(candidate) == 0]
    return min(_quick(equal) if by_clock else equal, key=lambda candidate: candidate.number)


def _solves_any(candidate: CandidateRecord, cases: int) -> bool:
    ours = candidate.verdict is Verdict.INTERNAL_ERROR
    return not ours and candidate.program is not None and candidate.failed < cases


def _quick(candidates: Sequence[CandidateRecord]) -> Sequence[CandidateRecord]:
    """Those that are not clearly slower than the fastest."""
    fastest = min(map(_wall_s, candidates))
    most_s = max(_CLOCK_NOISE * fastest, fastest + _CLOCK_NOISE_S)
    return [candidate for candidate in candidates if _wall_s(candidate) <= most_s]


def _wall_s(candidate: CandidateRecord) -> float:
    value = candidate.measured.get("wall_s")
    return float(value) if isinstance(value, int | float) else math.inf
