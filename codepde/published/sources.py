"""Where the cases of a PDE problem and what they are scored against come from, as the options say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from codepde.batch import Batch, draw_batch
from codepde.cache import ReferenceCache
from codepde.family import Family
from codepde.grid import Array, Grid
from codepde.progress import Progress, seldom
from codepde.published import schemes
from codepde.published.cases import content, published_batch, published_nrmse, published_references
from codepde.published.layouts import DEV_SAMPLES, TEST_SAMPLES, PublishedBatch
from codepde.references.reference import Reference
from codepde.solutions import keys, references
from solversmith.contract.problem import DEV, PUBLISHED, SPLITS
from solversmith.errors import SolversmithError, UsageError

FOLDER: Final = "published"  # of the cache: files that were made again
_KIND_VERSION: Final = "published-kind/2"
_UNKNOWN: Final = "not estimated, such data do not say how wrong they are"
_TOGETHER: Final = 4  # samples that are marched at once: what an interruption costs


@dataclass(frozen=True)
class Sources:
    """Cases and references of one parameter setting.

    Attributes
    ----------
    cases, reference
        `PUBLISHED` or `None`: the built-in cases, the exact solution.
    data
        The folder with published files.
    root
        Of the cache of references.
    """

    family: Family
    parameters: Mapping[str, str]
    cases: str | None
    reference: str | None
    data: Path
    root: Path
    progress: Progress | None = None
    _read: dict[tuple[str, int | None], tuple[Batch, PublishedBatch]] = field(
        default_factory=dict, compare=False
    )

    def __post_init__(self) -> None:
        if PUBLISHED in (self.cases, self.reference) and self.family.published is None:
            raise UsageError(f"{self.family.name} has no published data: leave out {PUBLISHED!r}")
        if self.reference == PUBLISHED and self.cases is None and self.family.name not in schemes.SCHEMES:
            raise UsageError(
                f"published references of {self.family.name} come with published cases only: "
                "give --cases published, too"
            )

    def batch(self, split: str, samples: int | None) -> Batch:
        """The samples of a split. Raises `BadData` where published files are not what they should be."""
        if self.cases is None:
            return draw_batch(self.family, split, samples or self.family.samples[split])
        return self._published(split, samples)[0]

    def usual(self, split: str) -> int:
        """How many samples a split has if nobody says otherwise."""
        if self.cases is None:
            return self.family.samples[split]
        return DEV_SAMPLES if split == DEV else TEST_SAMPLES

    def references(self, batch: Batch, split: str, samples: int | None) -> tuple[Reference, ...]:
        """What that batch is scored against; solved for or made where no file and no cache has it."""
        if self.reference is None:
            return references(self.family, batch, self.root, self.progress)
        if self.cases is None:
            family = of_published_kind(self.family, self.progress)
            return references(family, batch, self.root, self.progress)
        return published_references(self.family, self._published(split, samples)[1])

    def kept(self, split: str, samples: int | None) -> dict[str, Path]:
        """The file of the cache for the reference of every sample, by its key; none of published files."""
        if self.cases is not None:
            return {}
        family = self.family if self.reference is None else of_published_kind(self.family)
        cache = ReferenceCache(self.root)
        return {name: cache.path(name) for name in keys(family, self.batch(split, samples))}

    def loss(self, fields: Mapping[str, Array], split: str, samples: int | None) -> float | None:
        """The published figure, where the fields of a file are the reference; else `None`."""
        if self.reference is None or self.cases is None:
            return None
        return published_nrmse(fields, self._published(split, samples)[1].outputs)

    def describe(self) -> dict[str, Any]:
        """Of the reference, for records and captions."""
        family = self.family
        if self.reference is None:
            about = {
                "kind": "exact",
                "equation": family.equation,
                "method": family.method,
                "version": family.version,
                "estimate": family.most_estimate,
                "validity": family.validity,
            }
            return about if self.cases is None else {**about, "files": self._contents()}
        assert family.published is not None
        known = {
            "kind": PUBLISHED,
            "defect": family.published.defect,
            "estimate": None,
            "accuracy": _UNKNOWN,
        }
        if self.cases is None:
            return {**known, "method": "a float32 run of the published kind", "version": _KIND_VERSION}
        return {**known, "method": "published file", "files": self._contents()}

    def _contents(self) -> dict[str, str]:
        found = {}
        for split in SPLITS:
            try:
                found[split] = content(self._published(split, None)[1])
            except SolversmithError as error:  # told by `batch`, to whoever wants that split
                found[split] = f"not there: {type(error).__name__}"
        return found

    def _published(self, split: str, samples: int | None) -> tuple[Batch, PublishedBatch]:
        if (split, samples) not in self._read:
            found = published_batch(self.family, self.parameters, self.data, split, samples)
            self._read[split, samples] = found
        return self._read[split, samples]


def of_published_kind(family: Family, progress: Progress | None = None) -> Family:
    """The same family with trajectories by numerics of the published kind instead of references."""
    return replace(
        family,
        solve=_Kind(family.name, progress),
        floor=None,
        method="a float32 run of the published kind",
        version=_KIND_VERSION,
    )


@dataclass(frozen=True)
class _Kind:
    name: str
    progress: Progress | None = None

    def __call__(
        self, inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
    ) -> Iterator[tuple[int, Reference]]:
        """A few samples at a time. Nothing is estimated: these are not meant to be right."""
        states = inputs["u0_batch"]
        together = min(_TOGETHER, len(states))
        for start in range(0, len(states), together):
            # The last ones are filled up to the same number, so that nothing is compiled a second time.
            rows = np.minimum(np.arange(start, start + together), len(states) - 1)
            marched = self._marched(states[rows], grid, coefficients, f"{start + 1} of {len(states)}")
            for index, trajectory in zip(range(start, len(states)), marched, strict=False):
                trajectory[0] = states[index]
                yield index, Reference({"trajectory": trajectory}, {}, {"cfl": schemes.CFL})

    def _marched(self, states: Array, grid: Grid, coefficients: Mapping[str, float], which: str) -> Array:
        """Trajectories ``(batch, frames, N)``."""
        tell, frames = seldom(self.progress), []
        for frame in schemes.frames(self.name, states.astype(np.float32), grid, coefficients):
            frames.append(frame)
            tell(f"{self.name}: float32 run from sample {which} on, frame {len(frames)} of {grid.frames}")
        return np.stack(frames, axis=1).astype(np.float64)
