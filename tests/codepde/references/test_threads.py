"""Work that is shared out to threads comes back in order, and whole."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codepde.references import threads


@given(st.integers(0, 20), st.integers(1, 5))
def test_every_row_is_in_one_part_and_parts_are_even(count: int, cores: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threads, "cores", lambda: cores)
        parts = threads.shared_out(range(count))
    assert [row for part in parts for row in part] == list(range(count))
    sizes = [len(part) for part in parts]
    assert len(parts) == min(count, cores)
    assert not sizes or max(sizes) - min(sizes) <= 1


def test_parts_run_at_the_same_time_and_come_back_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "cores", lambda: 2)
    both = threading.Barrier(2, timeout=30)

    def work(part: int) -> int:
        both.wait()
        return 10 * part

    assert threads.mapped(work, [1, 2]) == [10, 20]


def test_on_one_core_no_thread_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "cores", lambda: 1)
    assert threads.mapped(lambda _: threading.current_thread(), [1, 2]) == [threading.main_thread()] * 2


def test_what_a_part_raises_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "cores", lambda: 2)
    with pytest.raises(ZeroDivisionError):
        threads.mapped(lambda part: 1 / part, [1, 0])
