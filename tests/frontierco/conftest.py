"""Instance files in the published layout, small ones made here and the real ones where they are."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from frontierco.portgen import uniform

Write = Callable[..., Path]


@pytest.fixture
def frontierco_data() -> Path:
    """The folder of real instances, named by the environment variable FRONTIERCO_DATA."""
    folder = os.environ.get("FRONTIERCO_DATA")
    if not folder:
        pytest.skip("FRONTIERCO_DATA does not name a folder of real instances")
    return Path(folder)


@pytest.fixture
def write_tsp(tmp_path: Path) -> Write:
    """Writes random cities as a TSPLIB file below `tmp_path`."""

    def write(name: str, count: int = 5, seed: int = 1, weights: str = "EUC_2D") -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        rows = (f"{i} {x:.0f} {y:.0f}" for i, (x, y) in enumerate(uniform(count, seed), 1))
        header = f"TYPE : TSP\nDIMENSION : {count}\nEDGE_WEIGHT_TYPE : {weights}\nNODE_COORD_SECTION\n"
        file.write_text(header + "\n".join(rows) + "\n")
        return file

    return write


@pytest.fixture
def square() -> np.ndarray:
    """Corners of a square with sides of 10."""
    return np.array([(0, 0), (0, 10), (10, 10), (10, 0)], dtype=float)
