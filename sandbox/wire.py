"""Messages between the owner and its supervisor: a JSON header and raw blobs, never pickle.

A message is the header's length (u64), the header, the number of blobs (u32), their lengths (u64 each) and
the blobs, all little endian.
"""

from __future__ import annotations

import json
import os
import select
import struct
import time
from collections.abc import Mapping, Sequence
from typing import Any

Buffer = bytes | bytearray | memoryview
_CHUNK = 1 << 20
_MOST_HEADER = 1 << 28


class Closed(Exception):
    """The other side is gone."""


class Late(Exception):
    """No whole message came in time."""


def send(fd: int, header: Mapping[str, Any], blobs: Sequence[Buffer] = ()) -> None:
    """Write one message. Raises `Closed`."""
    text = json.dumps(header, allow_nan=False).encode()
    lengths = struct.pack(f"<I{len(blobs)}Q", len(blobs), *(len(blob) for blob in blobs))
    try:
        for part in (struct.pack("<Q", len(text)) + text + lengths, *blobs):
            _write_all(fd, part)
    except (BrokenPipeError, ConnectionResetError):
        raise Closed from None


def receive(fd: int, timeout_s: float | None = None) -> tuple[dict[str, Any], list[bytearray]]:
    """Read one message. Raises `Closed` at the end of the stream and `Late`."""
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    (length,) = struct.unpack("<Q", _read_exactly(fd, 8, deadline))
    if length > _MOST_HEADER:
        raise Closed
    header = json.loads(bytes(_read_exactly(fd, length, deadline)))
    (count,) = struct.unpack("<I", _read_exactly(fd, 4, deadline))
    lengths = struct.unpack(f"<{count}Q", _read_exactly(fd, 8 * count, deadline))
    return header, [_read_exactly(fd, nbytes, deadline) for nbytes in lengths]


def _write_all(fd: int, data: Buffer) -> None:
    view = memoryview(data)
    while view.nbytes:
        view = view[os.write(fd, view[:_CHUNK]) :]


def _read_exactly(fd: int, nbytes: int, deadline: float | None) -> bytearray:
    poller = select.poll()
    poller.register(fd, select.POLLIN)
    buffer = bytearray()
    while len(buffer) < nbytes:
        wait_ms = None if deadline is None else 1000 * (deadline - time.monotonic())
        if wait_ms is not None and (wait_ms <= 0 or not poller.poll(wait_ms)):
            raise Late
        piece = os.read(fd, min(_CHUNK, nbytes - len(buffer)))
        if not piece:
            raise Closed
        buffer += piece
    return buffer
