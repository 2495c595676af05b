"""What is kept of many answers."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import keeping
from sandbox.keeping import Keeper, Stamped, unpacked


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


@settings(deadline=None)  # its time is no property of it: a busy machine must not fail it
@given(st.integers(1, 400), st.integers(0, 3))
def test_large_answers_are_spread_over_the_whole_time(nbytes: int, decades: int) -> None:
    """However large they are: no stretch of the time is left out because early ones used up the room."""
    limit_s, count, room = 10.0**decades, 3000, 20_000
    frames = fed([limit_s * i / count for i in range(count)], nbytes, room, limit_s).frames
    kept = [frame for frame in frames if frame.arrays is not None]
    assert sum(frame.nbytes for frame in kept[1:-1]) <= room
    gaps = [later.t_s - earlier.t_s for earlier, later in pairwise(kept)]
    assert max(gaps) <= max(0.04, 16 * nbytes / room) * limit_s


def test_answers_that_are_too_large_to_keep_leave_the_first_and_the_last() -> None:
    frames = fed([0.0, *(10.0**k for k in range(-300, 300, 3))], 10, 15, 1e-3).frames
    assert [frame.seq for frame in frames if frame.arrays is not None] == [0, 200]
    assert len(frames) == 201


def test_the_thousands_of_one_moment_lie_in_one_span() -> None:
    times = [moment for k in range(100) for moment in [keeping.FIRST_DECADE_S * 10 ** (k / 40)] * 50]
    kept = [frame for frame in fed(times, 10, 1 << 20).frames if frame.arrays is not None]
    assert len(kept) <= 8 + 2 * 100


def test_past_the_most_stamps_every_second_one_goes() -> None:
    keeper = Keeper(10.0, 1 << 20)
    count = 5 * keeping.MOST_STAMPS // 2
    for seq in range(count):
        keeper.add(Stamped(seq / 1e5, seq, 1, (bytearray(1),)))
    frames = keeper.frames
    numbers = [frame.seq for frame in frames]
    assert keeping.MOST_STAMPS // 2 <= len(frames) <= keeping.MOST_STAMPS
    assert numbers == sorted(set(numbers))
    assert set(range(0, count, 4)) <= set(numbers)
    assert numbers[-8:] == list(range(count - 8, count))
    kept = [int(40 * frame.t_s) for frame in frames if frame.arrays is not None]
    assert set(kept) >= set(range(0, 100, 4))  # a hundredth of the limit is a tenth of a second
    assert len(kept) <= 8 + 2 * 100 + 4 * keeping.PER_DECADE


@given(st.lists(st.floats(0, 10), max_size=50), st.integers(1, 50), st.integers(0, 500))
def test_what_is_told_to_the_owner_is_all_of_it(times: list[float], nbytes: int, kept_bytes: int) -> None:
    keeper = Keeper(10.0, kept_bytes)
    for seq, t_s in enumerate(sorted(times)):
        keeper.add(Stamped(t_s, seq, nbytes, (bytearray([seq]), bytearray(2))))
    numbers, blobs = keeper.packed()
    told = list(unpacked(numbers, [bytearray(blob) for blob in blobs], ["a", "b"]))
    assert told == [
        (f.t_s, f.seq, f.nbytes, None if f.arrays is None else {"a": bytes([f.seq]), "b": bytes(2)})
        for f in keeper.frames
    ]
