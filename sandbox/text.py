"""Text that a program wrote: kept within bounds, and made safe to print and to put into a prompt."""

from __future__ import annotations

import re

KEPT_BYTES = 64 << 10
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
# Control characters but tab and newline, line separators, and signs that turn or hide text: a person does not
# see a sentence of tags or variation selectors, and a language model reads it. All that Unicode calls
# Default_Ignorable_Code_Point is here.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff]"
)


def cleaned(text: str, most: int | None = None) -> str:
    """The text without escape sequences, control characters and direction marks; cut to `most` characters."""
    text = _UNSEEN.sub("", _ANSI.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    if most is not None and len(text) > most:
        half = (most - 20) // 2
        text = f"{text[:half]}\n... cut ...\n{text[-half:]}"
    return text


class Capture:
    """The head and the tail of a stream of bytes, and how long it was."""

    def __init__(self) -> None:
        self.nbytes = 0
        self._head = bytearray()
        self._tail = bytearray()

    def add(self, data: bytes) -> None:
        """Take in the next bytes."""
        self.nbytes += len(data)
        room = KEPT_BYTES - len(self._head)
        self._head += data[:room]
        self._tail += data[room:] if room < len(data) else b""
        if len(self._tail) > 2 * KEPT_BYTES:
            del self._tail[:-KEPT_BYTES]

    def text(self) -> str:
        """What was kept, cleaned."""
        tail = bytes(self._tail[-KEPT_BYTES:])
        left_out = self.nbytes - len(self._head) - len(tail)
        gap = f"\n... {left_out} bytes left out ...\n".encode() if left_out else b""
        return cleaned((bytes(self._head) + gap + tail).decode("utf-8", "replace"))
