"""Slots that are lent: never to two at once, and to nobody after the end."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.errors import SandboxClosed
from sandbox.lending import Lending


class Slot:
    """Works until it is told to stop."""

    def __init__(self) -> None:
        self.users = self.most = 0
        self.stopped, self.closed = threading.Event(), False

    def work(self, for_s: float) -> None:
        self.users += 1
        self.most = max(self.most, self.users)
        self.stopped.wait(for_s)
        self.users -= 1

    def stop(self) -> None:
        self.stopped.set()

    def close(self) -> None:
        assert not self.users
        self.closed = True


def test_a_slot_has_one_user_at_a_time() -> None:
    lending = Lending([Slot(), Slot()])

    def use(number: int) -> None:
        with lending.one() as slot:
            slot.work(0.01)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use, range(40)))
    assert [slot.most for slot in lending.slots] == [1, 1]


def test_a_slot_comes_back_from_who_fails() -> None:
    lending = Lending([Slot()])
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), lending.one():
            raise ZeroDivisionError


def test_closing_ends_who_works_and_lends_no_more() -> None:
    lending = Lending([Slot(), Slot()])
    inside = threading.Event()

    def use() -> float:
        began = time.monotonic()
        with lending.one() as slot:
            inside.set()
            slot.work(600)
        return time.monotonic() - began

    with ThreadPoolExecutor(1) as pool:
        used = pool.submit(use)
        assert inside.wait(60)
        lending.close()
        assert used.result(60) < 600
    assert all(slot.closed for slot in lending.slots)
    for _ in range(2):  # whoever is refused does not keep it
        with pytest.raises(SandboxClosed), lending.one():
            pass
    lending.close()
