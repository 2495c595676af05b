"""How far apart two answers are that should be the same."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from codepde.family import Scales
from codepde.grid import Array
from codepde.metrics import field_errors

Fields = Mapping[str, Array]


def distance(found: Fields, expected: Fields, scales: Scales | None = None) -> float:
    """The loss that ``found`` would have if ``expected`` were the reference.

    For each field and sample ``‖found − expected‖₂ / ‖expected‖₂``; then the mean.

    Parameters
    ----------
    found, expected
        By name, each ``(batch, frames, *space)``, finite, of the same shapes.
    scales
        Least sizes for fields that may vanish.
    """
    samples = range(len(next(iter(expected.values()))))
    least = [scales({n: field[k] for n, field in expected.items()}) if scales else {} for k in samples]
    return float(
        np.mean(
            [
                field_errors(found[name], field, np.array([size.get(name, 0.0) for size in least])).whole
                for name, field in expected.items()
            ]
        )
    )
