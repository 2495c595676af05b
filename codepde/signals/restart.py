"""The program started again from one of its own frames: where states decide what follows, it must agree."""

from __future__ import annotations

from collections.abc import Mapping

from codepde.family import Family
from codepde.grid import Array, Grid
from codepde.signals.distance import Fields


def applies(family: Family) -> bool:
    """Whether every output is a state that the program is given at t = 0."""
    return family.grid.frames >= 3 and all(output.starts_as for output in family.outputs)


def middle(grid: Grid) -> int:
    """The frame m to start from: frame 2m is there, too."""
    return (grid.frames - 1) // 2


def inputs(family: Family, given: Mapping[str, Array], answer: Fields) -> dict[str, Array]:
    """The inputs with every state replaced by frame m of the answer; shapes ``(batch, ...)``."""
    frame = middle(family.grid)
    states = {output.starts_as: answer[output.name][:, frame] for output in family.outputs}
    return {name: states.get(name, values) for name, values in given.items()}


def comparable(again: Fields, answer: Fields, grid: Grid) -> tuple[dict[str, Array], dict[str, Array]]:
    """Frame m of the second run and frame 2m of the first, each with a time axis."""
    frame = middle(grid)
    return (
        {name: values[:, frame : frame + 1] for name, values in again.items()},
        {name: values[:, 2 * frame : 2 * frame + 1] for name, values in answer.items()},
    )
