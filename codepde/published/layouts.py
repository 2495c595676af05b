"""Files in the published layouts: PDEBench's, and the subsets of them that CodePDE evaluates on.

A file is HDF5 with one data set per field, ``(n, T+1, N)`` in float32 for the scalar families and the gas,
``(n, N, N)`` for Darcy; PDEBench's ``t-coordinate`` has one entry more than there are frames, CodePDE's has
as many. Of a full file of 10,000 samples the first 100 are the test set and the last 50 the development set;
CodePDE keeps the latter in a file of its own, ``NAME_development.hdf5``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from codepde.grid import Array, Grid
from solversmith.contract.problem import DEV
from solversmith.errors import BadData

TEST_SAMPLES: Final = 100
DEV_SAMPLES: Final = 50
SUFFIXES: Final = (".hdf5", ".h5")
_NUMBER: Final = r"[0-9.]+(?:e-?[0-9]+)?"
_DEVELOPMENT: Final = "_development"

Stored = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Layout:
    """Where a family's published samples are.

    Attributes
    ----------
    stem
        Of file names, a regular expression; ``{nu}`` and the like stand for the numbers of the parameters.
    outputs
        The family's outputs to data sets.
    inputs
        The family's inputs to data sets; those of a data set that is an output are its first frame.
    defect
        What is known to be wrong with these data, in a sentence.
    """

    stem: str
    outputs: Mapping[str, str]
    inputs: Mapping[str, str]
    defect: str = ""


@dataclass(frozen=True, eq=False)
class PublishedBatch:
    """Samples of a file: inputs and outputs by the family's names, as stored, and where they stood."""

    file: Path
    indices: tuple[int, ...]  # in PDEBench's count of 10,000; negative ones count from the end
    inputs: Mapping[str, Stored]
    outputs: Mapping[str, Stored]


def find(folder: Path, layout: Layout, parameters: Mapping[str, str], split: str) -> tuple[Path, slice]:
    """The file below ``folder`` that has these samples, and which of its rows they are.

    Raises `BadData` if there is no such file, or several.
    """
    if not folder.is_dir():
        raise BadData("there is no such folder", folder)
    development = split == DEV
    own = _matching(folder, layout, parameters, _DEVELOPMENT if development else "")
    if own:
        return own, slice(0, DEV_SAMPLES if development else TEST_SAMPLES)
    whole = _matching(folder, layout, parameters, "") if development else None
    if whole:
        return whole, slice(-DEV_SAMPLES, None)
    names = _example(layout, parameters)
    raise BadData(f"no published file for these parameters is in it; expected {names}", folder)


def read(file: Path, rows: slice, layout: Layout, grid: Grid, most: int | None = None) -> PublishedBatch:
    """Samples of a file, at most so many of the rows.

    Raises `BadData` for what is no such file, for other shapes or times than the family's, for samples that
    are not finite or zero everywhere, and where development samples would be test samples.
    """
    import h5py

    try:
        with h5py.File(file, "r") as content:
            count = _count(content, layout, grid, file)
            chosen = range(count)[rows][:most]
            if rows.start is not None and rows.start < 0 and count < TEST_SAMPLES + DEV_SAMPLES:
                raise BadData(
                    f"{count} samples are too few to take the last {DEV_SAMPLES} for development beside the "
                    f"first {TEST_SAMPLES} for the test; expected a file *{_DEVELOPMENT}.hdf5 beside it",
                    file,
                )
            _check_coordinates(content, grid, file)
            stored = {
                name: np.asarray(content[name][chosen.start : chosen.stop])
                for name in {*layout.outputs.values(), *layout.inputs.values()}
            }
    except OSError as error:
        raise BadData(f"can't be read as HDF5 ({error})", file) from None
    for name, values in stored.items():
        _check_values(name, values, chosen, file)
    fields = set(layout.outputs.values())
    _refuse_zeros([stored[name] for name in sorted(fields)], chosen, file)
    return PublishedBatch(
        file=file,
        indices=tuple(_index(row, file) for row in chosen),
        inputs={
            key: stored[name][:, 0] if name in fields else stored[name] for key, name in layout.inputs.items()
        },
        outputs={key: stored[name] for key, name in layout.outputs.items()},
    )


def write(
    file: Path,
    layout: Layout,
    grid: Grid,
    inputs: Mapping[str, Array],
    outputs: Mapping[str, Array],
    dtype: str = "<f4",
    **about: Any,
) -> None:
    """A file in PDEBench's layout, written beside its place and renamed into it.

    ``about`` become attributes of the file. One entry more than there are frames stands in ``t-coordinate``,
    as published. Raises ``OSError`` where it can't be written.
    """
    import h5py

    beside = file.with_name(f".{file.name}.part")
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with h5py.File(beside, "w") as content:
            fields = set(layout.outputs.values())
            for key, name in layout.outputs.items():
                content.create_dataset(name, data=outputs[key], dtype=dtype)
            for key, name in layout.inputs.items():
                if name not in fields:
                    content.create_dataset(name, data=inputs[key], dtype=dtype)
            axes = ("x-coordinate", "y-coordinate")[: grid.dimension]
            for axis in axes:
                content.create_dataset(axis, data=grid.points, dtype=dtype)
            if not grid.steady:
                spacing = grid.times[1]
                times = np.append(grid.times, grid.times[-1] + spacing)
                content.create_dataset("t-coordinate", data=times, dtype=dtype)
            content.attrs.update(about)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def file_name(layout: Layout, parameters: Mapping[str, str]) -> str:
    """What PDEBench calls the file: its numbers always have a point."""
    return layout.stem.format(**{name: _shown(label) for name, label in parameters.items()}) + ".hdf5"


def _matching(folder: Path, layout: Layout, parameters: Mapping[str, str], ending: str) -> Path | None:
    pattern = re.compile(_pattern(layout.stem, parameters) + ending, re.IGNORECASE)
    found = []
    for file in sorted(folder.rglob("*")):
        match = pattern.fullmatch(file.stem) if file.suffix.lower() in SUFFIXES else None
        if match and all(_number(match[name]) == float(label) for name, label in parameters.items()):
            found.append(file)
    if len(found) > 1:
        raise BadData(f"both {found[0].name} and {found[1]} have these samples; keep one", folder)
    return found[0] if found else None


def _pattern(stem: str, parameters: Mapping[str, str]) -> str:
    """The stem with a group for every parameter; where one stands again, the same text is expected."""
    for name in parameters:
        stem = stem.replace(f"{{{name}}}", f"(?P<{name}>{_NUMBER})", 1).replace(f"{{{name}}}", f"(?P={name})")
    return stem


def _example(layout: Layout, parameters: Mapping[str, str]) -> str:
    name = file_name(layout, parameters)
    return f"{name}, or {name.replace('.hdf5', _DEVELOPMENT + '.hdf5')} for the development set"


def _shown(label: str) -> str:
    value = float(label)
    if 0 < abs(value) < 1e-4:
        mantissa, exponent = f"{value:e}".split("e")
        return f"{float(mantissa):g}.e{int(exponent)}"
    return repr(value)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _count(content: Any, layout: Layout, grid: Grid, file: Path) -> int:
    counts = set()
    for name in {*layout.outputs.values(), *layout.inputs.values()}:
        if name not in content:
            raise BadData(f"no data set {name!r}; there are {', '.join(sorted(content)) or 'none'}", file)
        shape = content[name].shape
        timed = name in layout.outputs.values() and not grid.steady
        expected = grid.shape if timed else grid.space
        if shape[1:] != expected:
            raise BadData(
                f"{name} has shape {shape}, expected (samples, {', '.join(map(str, expected))})", file
            )
        counts.add(shape[0])
    if len(counts) != 1 or not counts or 0 in counts:
        raise BadData(f"data sets have {sorted(counts)} samples; expected one number, at least 1", file)
    return int(counts.pop())


def _check_coordinates(content: Any, grid: Grid, file: Path) -> None:
    """Where there is time: frames at the grid's times, and points as far apart as the grid's.

    Of steady data points are not asked: vertices and cell centres have both been written beside them.
    """
    if grid.steady:
        return
    if "t-coordinate" in content:
        times = np.asarray(content["t-coordinate"], dtype=float)[: grid.frames]
        _check_coordinate("t-coordinate", times, grid.times, 1e-4, file)
    if "x-coordinate" in content:
        points = np.asarray(content["x-coordinate"], dtype=float)
        shift = points[:1] - grid.points[:1]  # the first point may be called 0
        spacing = grid.extent / grid.num_points
        _check_coordinate("x-coordinate", points, grid.points + shift, 0.1 * spacing, file)


def _check_coordinate(name: str, found: Array, expected: Array, within: float, file: Path) -> None:
    if found.shape != expected.shape:
        raise BadData(f"{name} has shape {found.shape}, expected {expected.shape}", file)
    wrong = np.flatnonzero(~(np.abs(found - expected) <= within))  # written so that NaN is wrong
    if len(wrong):
        first = wrong[0]
        raise BadData(
            f"{name} {first} is {found[first]:.6g}, expected {expected[first]:.6g}: {len(expected)} equally "
            f"spaced ones from {expected[0]:.6g} to {expected[-1]:.6g}",
            file,
        )


def _check_values(name: str, values: Stored, rows: range, file: Path) -> None:
    if values.dtype.kind != "f":
        raise BadData(f"{name} has type {values.dtype}, expected floating-point numbers", file)
    bad = np.flatnonzero(~np.isfinite(values.reshape(len(values), -1)).all(axis=1))
    if len(bad):
        raise BadData(f"{name} of sample {rows[int(bad[0])]} is not finite ({len(bad)} such samples)", file)


def _refuse_zeros(fields: Sequence[Stored], rows: range, file: Path) -> None:
    """An error relative to nothing is no number."""
    zero = np.all([~values.reshape(len(values), -1).any(axis=1) for values in fields], axis=0)
    if zero.any():
        first = rows[int(np.flatnonzero(zero)[0])]
        raise BadData(f"sample {first} is zero everywhere: no relative error can be told from it", file)


def _index(row: int, file: Path) -> int:
    """Development files hold the last samples: row 0 of 50 is the 50th from the end."""
    return row - DEV_SAMPLES if file.stem.lower().endswith(_DEVELOPMENT) else row
