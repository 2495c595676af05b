"""The references of a batch: from the cache as far as they are there, the others solved and kept."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from codepde.batch import Batch
from codepde.cache import ReferenceCache, key
from codepde.family import Family
from codepde.progress import Progress, seldom
from codepde.references.reference import Reference
from codepde.sample import Sample

_Name = tuple[Path, str]  # a cache and the key of a sample
_Batch = tuple[_Name, ...]
_KEPT: Final = 4  # batches in memory: dev and test of two settings
_guard = threading.Lock()  # of the two below, held for no longer than a look at them
_memory: OrderedDict[_Batch, tuple[Reference, ...]] = OrderedDict()
_locks: dict[_Name, _Lock] = {}  # of samples that a thread solves or waits for


@dataclass
class _Lock:
    lock: threading.Lock
    users: int = 0


def references(
    family: Family, batch: Batch, root: Path, progress: Progress | None = None
) -> tuple[Reference, ...]:
    """One reference per sample, in order.

    Thread-safe: a sample is solved once per process, also where it belongs to two batches; threads that want
    other samples, or another family's, don't wait for it.

    Raises
    ------
    MissingPrerequisite
        The cache folder can't be written to.
    InternalFault
        A reference could not be had at the accuracy that is promised.
    """
    names = keys(family, batch)
    whole = tuple((root, name) for name in names)
    if (found := _remembered(whole)) is not None:
        return found
    with contextlib.ExitStack() as held:
        for each in sorted(set(whole)):  # in one order for all threads, so that no two wait for each other
            held.enter_context(_alone_with(each))
        found = _remembered(whole)  # by whoever was waited for
        if found is None:
            found = _load_or_solve(family, batch, names, ReferenceCache(root), progress)
            _remember(whole, found)
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


@contextlib.contextmanager
def _alone_with(name: _Name) -> Iterator[None]:
    """No other thread is in such a block with the same name."""
    with _guard:
        own = _locks.setdefault(name, _Lock(threading.Lock()))
        own.users += 1
    try:
        with own.lock:
            yield
    finally:
        with _guard:
            own.users -= 1
            if not own.users:
                del _locks[name]


def _remembered(batch: _Batch) -> tuple[Reference, ...] | None:
    with _guard:
        if batch in _memory:
            _memory.move_to_end(batch)
        return _memory.get(batch)


def _remember(batch: _Batch, found: tuple[Reference, ...]) -> None:
    with _guard:
        _memory[batch] = found
        _memory.move_to_end(batch)
        while len(_memory) > _KEPT:
            _memory.popitem(last=False)


def _load_or_solve(
    family: Family, batch: Batch, names: list[str], cache: ReferenceCache, progress: Progress | None
) -> tuple[Reference, ...]:
    loaded = {index: cache.load(name) for index, name in enumerate(names)}
    known = {index: _read_only(found) for index, found in loaded.items() if found is not None}
    missing = [index for index in range(len(names)) if index not in known]
    known |= _floors_added(family, batch, names, known, cache)
    cache.check(names[index] for index in missing)
    if missing and progress is not None:
        progress(f"{family.name}: solving {len(missing)} of {len(names)} references, kept for later runs")
    tell = seldom(progress)
    inputs = {given: batch.inputs[given][missing] for given in family.inputs}
    for position, solved in family.solve(inputs, family.grid, family.coefficients) if missing else ():
        index = missing[position]
        known[index] = _read_only(_with_floor(family, batch.samples[index], solved))
        cache.store(names[index], known[index])
        tell(f"{family.name}: {len(known)} of {len(names)} references")
    return tuple(known[index] for index in range(len(names)))


def _floors_added(
    family: Family, batch: Batch, names: list[str], known: Mapping[int, Reference], cache: ReferenceCache
) -> dict[int, Reference]:
    """Those of the known ones that were kept when the family had no floor, now with it and kept so."""
    added = {}
    for index, found in known.items():
        whole = _with_floor(family, batch.samples[index], found) if found.floor is None else found
        if whole.floor is not found.floor:
            cache.store(names[index], whole)
            added[index] = whole
    return added


def _with_floor(family: Family, sample: Sample, solved: Reference) -> Reference:
    if family.floor is None or sample.formula is None:
        return solved
    return replace(solved, floor=family.floor(sample, solved, family.grid, family.coefficients))


def _read_only(reference: Reference) -> Reference:
    for field in reference.fields.values():
        field.setflags(write=False)
    return reference
