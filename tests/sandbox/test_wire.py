"""Messages between owner and supervisor."""

from __future__ import annotations

import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import wire

json_values = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5)


@given(st.dictionaries(st.text(), json_values, max_size=4), st.lists(st.binary(max_size=100), max_size=4))
def test_what_goes_in_comes_out(header: dict[str, object], blobs: list[bytes]) -> None:
    receiver, sender = os.pipe()
    try:
        wire.send(sender, header, blobs)
        assert wire.receive(receiver, 5) == (header, blobs)
    finally:
        os.close(receiver)
        os.close(sender)


def test_larger_than_a_pipe() -> None:
    receiver, sender = os.pipe()
    blob = os.urandom(3 << 20)
    writer = threading.Thread(target=wire.send, args=(sender, {}, [blob]))
    writer.start()
    assert wire.receive(receiver, 30)[1] == [blob]
    writer.join()
    os.close(receiver)
    os.close(sender)


def test_the_end_and_too_late() -> None:
    receiver, sender = os.pipe()
    with pytest.raises(wire.Late):
        wire.receive(receiver, 0.01)
    os.write(sender, b"abc")
    os.close(sender)
    with pytest.raises(wire.Closed):
        wire.receive(receiver, 5)
    os.close(receiver)


def test_nobody_reads() -> None:
    receiver, sender = os.pipe()
    os.close(receiver)
    with pytest.raises(wire.Closed):
        wire.send(sender, {})
    os.close(sender)


def test_no_number_that_is_none() -> None:
    with pytest.raises(ValueError, match="JSON"):
        wire.send(1, {"loss": float("nan")})
