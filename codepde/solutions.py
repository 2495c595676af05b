"""The references of a batch: from the cache as far as they are there, the others solved and kept."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from codepde.batch import Batch
from codepde.cache import ReferenceCache, key
from codepde.family import Family
from codepde.references.reference import Reference
from codepde.sample import Sample

Progress = Callable[[str], None]
_KEPT: Final = 4  # batches in memory: dev and test of two settings
_SILENT_S: Final = 3.0  # between two lines of progress
_lock = threading.Lock()  # one thread solves, the others wait and find the result
_memory: OrderedDict[tuple[tuple[str, ...], Path], tuple[Reference, ...]] = OrderedDict()


def references(
    family: Family, batch: Batch, root: Path, progress: Progress | None = None
) -> tuple[Reference, ...]:
    """One reference per sample, in order. Thread-safe; a batch is solved once per process.

    Raises
    ------
    MissingPrerequisite
        The cache folder can't be written to.
    InternalFault
        A reference could not be had at the accuracy that is promised.
    """
    names = keys(family, batch)
    name = (tuple(names), root)
    with _lock:
        found = _memory.get(name) or _load_or_solve(family, batch, names, ReferenceCache(root), progress)
        _memory[name] = found
        _memory.move_to_end(name)
        while len(_memory) > _KEPT:
            _memory.popitem(last=False)
        return found


def keys(family: Family, batch: Batch) -> list[str]:
    """The cache key of every sample."""
    about = {
        "equation": family.equation,
        "version": family.version,
        "coefficients": dict(family.coefficients),
        "grid": family.grid.describe(),
    }
    return [
        key(
            {**about, "origin": f"{batch.origin}/{place}"},
            {name: batch.inputs[name][index] for name in family.inputs},
        )
        for index, place in enumerate(batch.places or range(len(batch)))
    ]


def _load_or_solve(
    family: Family, batch: Batch, names: list[str], cache: ReferenceCache, progress: Progress | None
) -> tuple[Reference, ...]:
    loaded = {index: cache.load(name) for index, name in enumerate(names)}
    known = {index: _read_only(found) for index, found in loaded.items() if found is not None}
    missing = [index for index in range(len(names)) if index not in known]
    cache.check(names[index] for index in missing)
    tell = progress if progress is not None and missing else _silent
    told = time.monotonic()
    tell(f"{family.name}: solving {len(missing)} of {len(names)} references, kept for later runs")
    inputs = {given: batch.inputs[given][missing] for given in family.inputs}
    for position, solved in family.solve(inputs, family.grid, family.coefficients) if missing else ():
        index = missing[position]
        known[index] = _read_only(_with_floor(family, batch.samples[index], solved))
        cache.store(names[index], known[index])
        if time.monotonic() - told > _SILENT_S:
            told = time.monotonic()
            tell(f"{family.name}: {len(known)} of {len(names)} references")
    return tuple(known[index] for index in range(len(names)))


def _with_floor(family: Family, sample: Sample, solved: Reference) -> Reference:
    if family.floor is None or sample.formula is None:
        return solved
    return replace(solved, floor=family.floor(sample, solved, family.grid, family.coefficients))


def _read_only(reference: Reference) -> Reference:
    for field in reference.fields.values():
        field.setflags(write=False)
    return reference


def _silent(_: str) -> None:
    """Nobody asked."""
