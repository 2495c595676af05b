"""The bytes of a text file, unpacked where they are packed, with one kind of line end."""

from __future__ import annotations

import gzip
import importlib
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path

from solversmith.errors import BadData

_GZIP, _XZ, _ZSTD = b"\x1f\x8b", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"
BOM = b"\xef\xbb\xbf"  # some editors begin UTF-8 files with it
_BINARY = b"\x00\x01\x02\x03\x04\x05\x06\x07\x0e\x0f"
_LOOKED_AT = 1 << 16


def read_text(path: Path) -> bytes:
    r"""The file's bytes with every line end as `\n`; gzip, xz and zstd are told by content, not by suffix.

    Raises `BadData` for a file that can't be read or unpacked, is empty, or is no text.
    """
    try:
        packed = path.read_bytes()
    except OSError as error:
        raise BadData(f"can't be read ({error.strerror or error})", path) from None
    text = _unpack(packed, path).removeprefix(BOM)
    if not text.strip():
        raise BadData("the file is empty; expected an instance", path)
    if text[:_LOOKED_AT].translate(None, _BINARY) != text[:_LOOKED_AT]:
        raise BadData(
            "this is a binary file; expected a text file, plain or packed by gzip, xz or zstd", path
        )
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text


def shown(token: bytes, most: int = 40) -> str:
    """A piece of the file as it may stand in a message: printable and short."""
    text = token.strip().decode("utf-8", "replace")
    text = "".join(character if character.isprintable() else "?" for character in text)
    return repr(text if len(text) <= most else text[: most - 1] + "…")


def _unpack(packed: bytes, path: Path) -> bytes:
    unpack = next((how for magic, how in _UNPACKERS.items() if packed.startswith(magic)), None)
    if unpack is None:
        return packed
    try:
        return unpack(packed)
    except ModuleNotFoundError:
        raise BadData(
            "packed by zstd: unpack it, or get what can (pip install 'solversmith[zstd]', or Python 3.14)",
            path,
        ) from None
    except (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError) as error:
        raise BadData(f"the packed file is damaged or truncated ({error})", path) from None


def _unzstd(packed: bytes) -> bytes:
    """Unpack every frame, by the standard library where it can. Raises `ValueError` for damaged data."""
    try:
        standard = importlib.import_module("compression.zstd")
    except ModuleNotFoundError:
        return _by_zstandard(packed)
    try:
        return bytes(standard.decompress(packed))
    except standard.ZstdError as error:
        raise ValueError(str(error)) from None


def _by_zstandard(packed: bytes) -> bytes:
    zstandard = importlib.import_module("zstandard")
    parts = []
    while packed:
        frame = zstandard.ZstdDecompressor().decompressobj()
        try:
            parts.append(frame.decompress(packed))
        except zstandard.ZstdError as error:
            raise ValueError(str(error)) from None
        if not frame.eof:
            raise ValueError("the last frame is not whole")
        packed = frame.unused_data
    return b"".join(parts)


_UNPACKERS: dict[bytes, Callable[[bytes], bytes]] = {
    _GZIP: gzip.decompress,
    _XZ: lzma.decompress,
    _ZSTD: _unzstd,
}
