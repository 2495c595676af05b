"""Makes published files again: the initial states exactly, the trajectories by numerics of the same kind."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from codepde.family import Family
from codepde.published import schemes, streams
from codepde.published.layouts import DEV_SAMPLES, TEST_SAMPLES, Layout, file_name, write
from codepde.published.streams import Single
from solversmith.contract.problem import DEV, SPLITS
from solversmith.errors import MissingPrerequisite, UsageError

VERSION: Final = 1
_BATCH: Final = 25  # samples marched together: what an interruption costs
# Of a sample, measured on two busy cores.
_SECONDS_A_STEP: Final = {"advection": 1e-4, "burgers": 5e-5, "reacdiff1d": 4e-6}

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Work:
    """One file to make."""

    family: Family
    parameters: Mapping[str, str]
    folder: Path
    split: str

    @property
    def layout(self) -> Layout:
        """Of the file."""
        assert self.family.published is not None
        return self.family.published

    @property
    def file(self) -> Path:
        """Where it is or will be."""
        name = Path(file_name(self.layout, self.parameters))
        return self.folder / (f"{name.stem}_development{name.suffix}" if self.split == DEV else name.name)

    @property
    def indices(self) -> range:
        """The samples among the published 10,000: the first 100, or the last 50 for development."""
        if self.split == DEV:
            return range(streams.DRAWN - DEV_SAMPLES, streams.DRAWN)
        return range(TEST_SAMPLES)

    @property
    def expected_s(self) -> float:
        """How long the trajectories take on two cores, roughly."""
        grid = self.family.grid
        steps = schemes.steps_per_frame(self.family.name, grid, self.family.coefficients, size=2.0)
        return _SECONDS_A_STEP[self.family.name] * steps * (grid.frames - 1) * len(self.indices)


def works(family: Family, parameters: Mapping[str, str], folder: Path) -> list[Work]:
    """The two files of a setting: test and development.

    Raises `UsageError` for a family whose files can't be made again.
    """
    if family.published is None or family.name not in schemes.SCHEMES:
        raise UsageError(
            f"published files of {family.name} can't be made again, only those of "
            f"{', '.join(schemes.SCHEMES)}"
        )
    return [Work(family, parameters, folder, split) for split in reversed(SPLITS)]


def make(work: Work, tell: Tell) -> Path:
    """Make one file; it is left alone if it is there. An interrupted one goes on where it was.

    Raises
    ------
    MissingPrerequisite
        The folder can't be written to.
    """
    if work.file.exists():
        tell(f"{work.file.name} is there")
        return work.file
    initial = streams.states(work.indices, rescaled=work.family.name == "reacdiff1d")
    try:
        parts = [_part(work, initial, start, tell) for start in range(0, len(initial), _BATCH)]
        trajectories = np.concatenate([np.load(part) for part in parts])
        about: dict[str, Any] = {
            "made_by": f"solversmith recreate/{VERSION}",
            "what": "initial states of the published streams; trajectories by a float32 run of the same "
            "kind, not the published file",
            "first_sample": work.indices.start,
            **{name: float(label) for name, label in work.parameters.items()},
        }
        write(work.file, work.layout, work.family.grid, {}, {"trajectory": trajectories}, **about)
        for part in parts:
            part.unlink()
    except OSError as error:
        raise MissingPrerequisite(
            f"{work.folder} can't be written to ({error.strerror or error}); give another folder with --data"
        ) from error
    tell(f"made {work.file}")
    return work.file


def _part(work: Work, initial: Single, start: int, tell: Tell) -> Path:
    """Some trajectories, kept beside the file until all are there."""
    part = work.file.with_name(f".{work.file.stem}.{start}.npy")
    if part.exists():
        return part
    begin = time.monotonic()
    chunk = initial[start : start + _BATCH]
    grid, coefficients = work.family.grid, work.family.coefficients
    frames = list(schemes.frames(work.family.name, chunk, grid, coefficients))
    part.parent.mkdir(parents=True, exist_ok=True)
    beside = part.with_suffix(".part")
    with beside.open("wb") as file:
        np.save(file, np.stack(frames, axis=1))
    beside.replace(part)
    done = min(start + _BATCH, len(initial))
    tell(f"{work.file.name}: {done} of {len(initial)} samples, {time.monotonic() - begin:.0f} s for the last")
    return part
