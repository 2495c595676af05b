"""References kept between runs: one HDF5 file per sample, named by the hash of what it is the solution of.

A file is written beside its place and renamed into it, so that readers see whole files only and any number
of processes may write the same one; which of them comes last does not matter, for the content is the same.
A file that was read and is damaged, or does not have the hash that it states, is removed and made anew; one
that can't be read now (no permission, too many open files) is left alone.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from codepde.grid import Array
from codepde.references.reference import Reference
from solversmith.errors import MissingPrerequisite

LAYOUT: Final = 2


def default_root() -> Path:
    """``$XDG_CACHE_HOME/solversmith``, or ``~/.cache/solversmith``; `MissingPrerequisite` without a home."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    if Path(home).is_absolute():  # the XDG base directory specification has relative paths ignored
        return Path(home) / "solversmith"
    try:
        return Path.home() / ".cache" / "solversmith"
    except RuntimeError as error:
        raise MissingPrerequisite("this user has no home folder: set XDG_CACHE_HOME") from error


def key(description: Mapping[str, Any], inputs: Mapping[str, Array]) -> str:
    """SHA-256 of equation, coefficients, grid, reference version and inputs."""
    text = json.dumps({"layout": LAYOUT, **description}, sort_keys=True)
    return _content(inputs, text)


@dataclass(frozen=True)
class ReferenceCache:
    """References below a folder, by key."""

    root: Path

    def path(self, name: str) -> Path:
        """Where the reference with this key is or would be."""
        return self.root / "references" / name[:2] / f"{name}.h5"

    def load(self, name: str) -> Reference | None:
        """The reference with this key; `None` if there is none, or none that is whole.

        Raises
        ------
        MissingPrerequisite
            It is there and can't be read now; it is left as it is.
        """
        path = self.path(name)
        try:
            data = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise MissingPrerequisite(
                f"the reference {path} can't be read ({error.strerror or error}); make it readable, or give "
                "another --cache"
            ) from error
        try:
            return _parsed(data)
        except (OSError, KeyError, ValueError, TypeError, RuntimeError):  # what h5py and wrong content raise
            with contextlib.suppress(OSError):  # where it can't be removed it is passed over, every time
                path.unlink()
            return None

    def check(self, names: Iterable[str]) -> None:
        """Raise `MissingPrerequisite` where references with these keys could not be kept."""
        for folder in dict.fromkeys(self.path(name).parent for name in names):
            with self._told(), _beside(folder):
                pass

    def store(self, name: str, reference: Reference) -> None:
        """Keep a reference. Raises `MissingPrerequisite` where the folder can't be written to."""
        path, data = self.path(name), _packed(reference)
        with self._told(), _beside(path.parent) as beside:
            beside.write_bytes(data)
            beside.replace(path)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Tell a failure to write as what it means."""
        try:
            yield
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            advice = "make room" if full else "make it writable"
            raise MissingPrerequisite(
                f"references can't be kept in {self.root} ({error.strerror or error}); {advice}, or give "
                "another folder with --cache"
            ) from error


@contextlib.contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """An empty file in the folder, gone behind the block if it was not renamed."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=folder)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _packed(reference: Reference) -> bytes:
    """A reference as a file. Made in memory, so that an error of the disk is one of writing bytes."""
    import h5py

    body = io.BytesIO()
    with h5py.File(body, "w") as file:
        fields = {name: np.ascontiguousarray(field, dtype="<f8") for name, field in reference.fields.items()}
        for name, field in fields.items():
            file.create_dataset(f"fields/{name}", data=field)
        about = {
            "fields": list(fields),
            "estimates": dict(reference.estimates),
            "floor": reference.floor,
            "detail": dict(reference.detail),
        }
        file.attrs["about"] = json.dumps(about)
        file.attrs["sha256"] = _content(fields, file.attrs["about"])
    return body.getvalue()


def _parsed(data: bytes) -> Reference:
    """A file's content. Nothing is opened here, so an error is one of the content."""
    import h5py

    with h5py.File(h5py.h5f.open_file_image(data)) as file:
        text = str(file.attrs["about"])
        about = json.loads(text)
        fields = {name: np.asarray(file[f"fields/{name}"][...]) for name in about["fields"]}
        if file.attrs["sha256"] != _content(fields, text):
            raise ValueError("content and hash differ")
    return Reference(fields, about["estimates"], about["detail"], about["floor"])


def _content(arrays: Mapping[str, Array], about: str) -> str:
    whole = hashlib.sha256(about.encode())
    for name, array in arrays.items():
        plain = np.ascontiguousarray(array, dtype="<f8")
        whole.update(f"{name} {plain.shape} ".encode() + plain.tobytes())
    return whole.hexdigest()
