"""Files in the published layouts: what was written is read, and what is none is refused with its reason."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from codepde.grid import Grid
from codepde.published.catalogue import ADVECTION, BURGERS, CNS1D, DARCY, REACDIFF1D
from codepde.published.layouts import file_name, find, read, write
from solversmith.errors import BadData

GRID = Grid(8, 2.0, 5)


def fields(samples: int, grid: Grid = GRID) -> np.ndarray:
    return np.random.default_rng(1).random((samples, *grid.shape)).astype(np.float32)


@pytest.mark.parametrize(
    ("layout", "parameters", "name"),
    [
        (ADVECTION, {"beta": "0.1"}, "1D_Advection_Sols_beta0.1.hdf5"),
        (ADVECTION, {"beta": "4"}, "1D_Advection_Sols_beta4.0.hdf5"),
        (BURGERS, {"nu": "0.001"}, "1D_Burgers_Sols_Nu0.001.hdf5"),
        (REACDIFF1D, {"nu": "0.5", "rho": "10"}, "ReacDiff_Nu0.5_Rho10.0.hdf5"),
        (CNS1D, {"eta": "1e-8"}, "1D_CFD_Rand_Eta1.e-8_Zeta1.e-8_periodic_Train.hdf5"),
    ],
)
def test_names_as_published_are_made_and_found(tmp_path: Path, layout, parameters, name: str) -> None:
    assert file_name(layout, parameters) == name
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / name).touch()
    assert find(tmp_path, layout, parameters, "test") == (tmp_path / "deep" / name, slice(0, 100))
    assert find(tmp_path, layout, parameters, "dev") == (tmp_path / "deep" / name, slice(-50, None))
    with pytest.raises(BadData, match="no published file for these parameters"):
        find(tmp_path, layout, dict.fromkeys(parameters, "0.77"), "test")


def test_a_development_file_goes_before_the_end_of_the_whole(tmp_path: Path) -> None:
    for ending in ("", "_development"):
        (tmp_path / f"1D_Burgers_Sols_Nu1.0{ending}.hdf5").touch()
    found, rows = find(tmp_path, BURGERS, {"nu": "1"}, "dev")
    assert (found.name, rows) == ("1D_Burgers_Sols_Nu1.0_development.hdf5", slice(0, 50))


def test_two_files_for_the_same_samples_are_refused(tmp_path: Path) -> None:
    for label in ("1.0", "1"):
        (tmp_path / f"1D_Burgers_Sols_Nu{label}.hdf5").touch()
    with pytest.raises(BadData, match="keep one"):
        find(tmp_path, BURGERS, {"nu": "1"}, "test")


def test_what_was_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "1D_Burgers_Sols_Nu1.0.hdf5"
    tensor = fields(4)
    write(file, BURGERS, GRID, {}, {"trajectory": tensor}, nu=1.0)
    found = read(file, slice(0, 100), BURGERS, GRID, 3)
    assert found.indices == (0, 1, 2)
    assert np.array_equal(found.outputs["trajectory"], tensor[:3])
    assert np.array_equal(found.inputs["u0_batch"], tensor[:3, 0])
    with h5py.File(file) as content:
        assert len(content["t-coordinate"]) == 6  # one more than there are frames, as published
        assert content.attrs["nu"] == 1.0
        assert content["tensor"].dtype == np.float32


def test_systems_and_steady_families(tmp_path: Path) -> None:
    gas = {name: fields(2) for name in ("Vx", "density", "pressure")}
    write(tmp_path / "gas.hdf5", CNS1D, GRID, {}, gas)
    found = read(tmp_path / "gas.hdf5", slice(0, 100), CNS1D, GRID)
    assert np.array_equal(found.inputs["pressure0"], gas["pressure"][:, 0])
    steady = Grid(8, dimension=2)
    a, u = fields(2, steady), fields(2, steady) + 1
    write(tmp_path / "darcy.hdf5", DARCY, steady, {"a": a}, {"u": u})
    found = read(tmp_path / "darcy.hdf5", slice(0, 100), DARCY, steady)
    assert np.array_equal(found.inputs["a"], a)
    assert np.array_equal(found.outputs["u"], u)


def test_development_rows_know_their_place_in_the_whole(tmp_path: Path) -> None:
    file = tmp_path / "1D_Burgers_Sols_Nu1.0_development.hdf5"
    write(file, BURGERS, GRID, {}, {"trajectory": fields(50)})
    assert read(file, slice(0, 50), BURGERS, GRID, 2).indices == (-50, -49)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f.pop("tensor"), "no data set 'tensor'; there are t-coordinate, x-coordinate"),
        (lambda f: f["tensor"].__setitem__((1, 2, 3), np.nan), "tensor of sample 1 is not finite"),
        (lambda f: f["tensor"].__setitem__(1, 0.0), "sample 1 is zero everywhere"),
        (lambda f: f["t-coordinate"].__setitem__(slice(None), 7.0), "t-coordinate 0 is 7, expected 0"),
        (lambda f: f["t-coordinate"].__setitem__(3, np.nan), "t-coordinate 3 is nan, expected"),
        (
            lambda f: f["x-coordinate"].__setitem__(2, 0.5),
            r"x-coordinate 2 is 0.5, expected .* equally spaced",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_named(tmp_path: Path, change, words: str) -> None:
    file = tmp_path / "1D_Burgers_Sols_Nu1.0.hdf5"
    write(file, BURGERS, GRID, {}, {"trajectory": fields(3)})
    with h5py.File(file, "a") as content:
        change(content)
    with pytest.raises(BadData, match=words):
        read(file, slice(0, 100), BURGERS, GRID)


def test_other_shapes_other_files_and_too_few_samples(tmp_path: Path) -> None:
    file = tmp_path / "1D_Burgers_Sols_Nu1.0.hdf5"
    write(file, BURGERS, GRID, {}, {"trajectory": fields(3)})
    with pytest.raises(BadData, match=r"tensor has shape \(3, 5, 8\), expected \(samples, 5, 16\)"):
        read(file, slice(0, 100), BURGERS, Grid(16, 2.0, 5))
    with pytest.raises(BadData, match="3 samples are too few"):
        read(file, slice(-50, None), BURGERS, GRID)
    file.write_bytes(b"no HDF5")
    with pytest.raises(BadData, match="can't be read as HDF5"):
        read(file, slice(0, 100), BURGERS, GRID)
    with pytest.raises(BadData, match="no such folder"):
        find(tmp_path / "none", BURGERS, {"nu": "1"}, "test")


def test_a_file_that_can_not_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "1D_Burgers_Sols_Nu1.0.hdf5").mkdir()
    with pytest.raises(OSError, match=r".+"):
        write(tmp_path / "1D_Burgers_Sols_Nu1.0.hdf5", BURGERS, GRID, {}, {"trajectory": fields(1)})
    assert [path.name for path in tmp_path.iterdir()] == ["1D_Burgers_Sols_Nu1.0.hdf5"]
