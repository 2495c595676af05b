"""Which candidate is chosen."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from solversmith.contract import Verdict
from solversmith.records import CandidateRecord
from solversmith.select import select


def candidate(
    number: int, loss: float | None, failed: int = 0, wall_s: float = 1.0, program: str | None = "0"
) -> CandidateRecord:
    verdict = Verdict.OK if failed == 0 else Verdict.TIME_LIMIT
    measured = {"wall_s": wall_s}
    return CandidateRecord(
        f"c{number:04d}", f"p{number:04d}", number, 0, 1, program, verdict, loss, failed, measured=measured
    )


def test_nothing_is_selected_from_nothing() -> None:
    assert select([], 4) is None


def test_without_a_solved_case_nothing_is_selected() -> None:
    assert select([candidate(0, None, 4), candidate(1, None, 4, program=None)], 4) is None
    fault = replace(candidate(2, None), verdict=Verdict.INTERNAL_ERROR)
    assert select([fault], 4) is None


def test_a_failure_never_outranks_a_success() -> None:
    assert select([candidate(0, 0.001, 1), candidate(1, 0.9)], 4) == candidate(1, 0.9)
    assert select([candidate(0, 0.9, 1), candidate(1, 0.1, 2)], 4) == candidate(0, 0.9, 1)


def test_a_success_without_a_known_loss_counts() -> None:
    assert select([candidate(0, None)], 4) == candidate(0, None)
    assert select([candidate(0, None), candidate(1, 0.5)], 4) == candidate(1, 0.5)


def test_below_the_error_floor_the_clearly_faster_one_wins_and_then_the_lower_number() -> None:
    slow, quick = candidate(0, 1.0e-7, wall_s=30.0), candidate(1, 3.0e-7, wall_s=2.0)
    assert select([slow, quick], 4, error_floor=1e-6) == quick
    assert select([slow, quick], 4) == slow
    assert select([slow, replace(quick, measured={"wall_s": 20.0})], 4, error_floor=1e-6) == slow
    tiny = [candidate(0, 0.5, wall_s=0.2), candidate(1, 0.5, wall_s=0.001)]
    assert select(tiny, 4) == tiny[0]


def test_without_a_clock_the_lowest_number_wins_however_slow_it_is() -> None:
    equal = [candidate(1, 1.0e-7, wall_s=0.1), candidate(0, 3.0e-7, wall_s=90.0)]
    assert select(equal, 4, error_floor=1e-6, by_clock=False) == equal[1]
    assert select(equal, 4, error_floor=1e-6) == equal[0]
    assert select(equal, 4, by_clock=False) == equal[0]


def test_losses_below_zero_are_better_still() -> None:
    assert select([candidate(0, 0.0), candidate(1, -0.1)], 4) == candidate(1, -0.1)


CANDIDATES = st.builds(
    candidate,
    st.integers(0, 50),
    st.one_of(st.none(), st.sampled_from([0.0, 0.1, 0.5])),
    st.integers(0, 4),
    st.sampled_from([0.1, 5.0]),
)


@given(st.lists(CANDIDATES, max_size=8, unique_by=lambda c: c.number), st.randoms(), st.booleans())
def test_the_order_of_the_journal_does_not_matter(
    candidates: list[CandidateRecord], chance: object, by_clock: bool
) -> None:
    shuffled = list(candidates)
    chance.shuffle(shuffled)
    chosen = select(candidates, 4, by_clock=by_clock)
    assert select(shuffled, 4, by_clock=by_clock) == chosen
    assert chosen is None or chosen.failed == min(c.failed for c in candidates)
