"""Fields at few places, to be compared with each other without a reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codepde.grid import Array

MOST_VALUES: Final = 2**16  # 256 KiB for each candidate
_LARGEST: Final = 1e30  # so that no valid field overflows when it becomes float32


def thinned(fields: Mapping[str, Array]) -> NDArray[np.float32]:
    """A row for each sample of each field, in order, at the same places of every sample.

    Parameters
    ----------
    fields
        Each ``(batch, frames, *space)``, all of one shape.

    Returns
    -------
    Shape ``(fields * batch, places)``, at most `MOST_VALUES` in all and one place at least; places are drawn
    without regard to the grid, since every k-th point of a grid shows some waves as constants.
    """
    rows = np.concatenate([field.reshape(len(field), -1) for field in fields.values()])
    count = max(1, min(rows.shape[1], MOST_VALUES // len(rows)))
    places = np.sort(np.random.default_rng(0).choice(rows.shape[1], count, replace=False))
    kept: NDArray[np.float32] = np.clip(rows[:, places], -_LARGEST, _LARGEST).astype(np.float32)
    return kept
