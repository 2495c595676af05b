"""What is written is what is read."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from frontierco import writers
from frontierco.instances import PointSet
from frontierco.planted import planted_graph
from frontierco.portgen import uniform
from frontierco.readers.dimacs import read_dimacs
from frontierco.readers.tsplib import read_tsplib
from frontierco.writers import write_dimacs, write_tsplib
from solversmith.errors import MissingPrerequisite

coordinates = arrays.arrays(
    np.float64, st.tuples(st.integers(1, 9), st.just(2)), elements=st.floats(-1e12, 1e12)
)
REUSED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@REUSED
@given(coordinates, st.sampled_from(["nint", "ceil", "geo", "att"]))
def test_cities(tmp_path: Path, points, convention: str) -> None:
    instance = PointSet(points, convention)
    write_tsplib(instance, "x", tmp_path / "a")
    assert read_tsplib(tmp_path / "a").digest == instance.digest


def test_cities_in_pieces(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(writers, "_ROWS", 7)
    instance = PointSet(uniform(30, 3), "nint")
    write_tsplib(instance, "x", tmp_path / "a")
    assert read_tsplib(tmp_path / "a").digest == instance.digest
    assert (tmp_path / "a").read_text().splitlines()[:2] == ["NAME : x", "TYPE : TSP"]


def test_graphs(tmp_path: Path) -> None:
    graph = planted_graph(9, 3)[0]
    write_dimacs(graph, "x", tmp_path / "deeper" / "a")
    assert read_dimacs(tmp_path / "deeper" / "a").digest == graph.digest


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(MissingPrerequisite, match="can't write"):
        write_dimacs(planted_graph(9, 3)[0], "x", tmp_path / "file" / "a")
    write_dimacs(planted_graph(9, 3)[0], "x", tmp_path / "a")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "file"]
