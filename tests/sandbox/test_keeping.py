"""What is kept of many answers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sandbox import keeping
from sandbox.keeping import Keeper, Stamped


def fed(times: list[float], nbytes: int, kept_bytes: int, limit_s: float = 10.0) -> Keeper:
    keeper = Keeper(limit_s, kept_bytes)
    for seq, t_s in enumerate(sorted(times)):
        keeper.add(Stamped(t_s, seq, nbytes, (bytearray(1),)))
    return keeper


@given(st.lists(st.floats(0, 10), min_size=1, max_size=300), st.integers(1, 50), st.integers(0, 2000))
def test_bounded_with_first_and_last(times: list[float], nbytes: int, kept_bytes: int) -> None:
    frames = fed(times, nbytes, kept_bytes).frames
    assert [frame.seq for frame in frames] == list(range(len(times)))
    kept = [frame for frame in frames if frame.arrays is not None]
    assert kept[0] is frames[0]
    assert kept[-1] is frames[-1]
    assert sum(frame.nbytes for frame in kept[1:-1]) <= kept_bytes


def test_the_last_eight_and_a_few_of_the_others() -> None:
    frames = fed([i / 1000 for i in range(10_000)], 10, 1 << 20).frames
    kept = [frame.seq for frame in frames if frame.arrays is not None]
    assert set(range(9992, 10_000)) <= set(kept)
    assert 100 <= len(kept) <= 8 + 2 * 100 + 3 * keeping.PER_DECADE


def test_each_hundredth_of_the_limit_has_one() -> None:
    frames = fed([i / 100 for i in range(1000)], 10, 1 << 20).frames
    kept = {int(10 * frame.t_s + 1e-9) for frame in frames if frame.arrays is not None}
    assert kept == set(range(100))


def test_past_the_most_stamps_the_last_one_is_renewed(monkeypatch: object) -> None:
    keeper = Keeper(10.0, 1 << 20)
    for seq in range(keeping.MOST_STAMPS + 50):
        keeper.add(Stamped(seq / 1e5, seq, 1, (bytearray(1),)))
    assert len(keeper.frames) == keeping.MOST_STAMPS
    assert keeper.frames[-1].seq == keeping.MOST_STAMPS + 49
    assert keeper.frames[-1].arrays is not None
