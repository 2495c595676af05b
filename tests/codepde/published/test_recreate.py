"""Published files made again, and references as files."""

from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from codepde.grid import Grid
from codepde.published import recreate, schemes
from codepde.published.export import export, layout_of
from codepde.published.layouts import read
from problems.pde.advection.problem import build
from solversmith.contract import ProblemOptions
from solversmith.errors import UsageError


@pytest.fixture
def family():
    """Advection, over before it has begun."""
    full = build({"beta": "0.1"}, ProblemOptions()).family
    return replace(full, grid=Grid(1024, 0.02, 3))


def test_an_interrupted_file_goes_on_where_it_was(tmp_path: Path, family, monkeypatch) -> None:
    work = recreate.works(family, {"beta": "0.1"}, tmp_path)[1]
    assert work.file.name == "1D_Advection_Sols_beta0.1_development.hdf5"
    assert (work.indices.start, len(work.indices)) == (9950, 50)
    calls = []

    def dying(name, initial, grid, coefficients):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return [initial] * grid.frames  # how they are marched is shown elsewhere

    monkeypatch.setattr(schemes, "frames", dying)
    with pytest.raises(KeyboardInterrupt):
        recreate.make(work, lambda _: None)
    assert not work.file.exists()
    told: list[str] = []
    recreate.make(work, told.append)
    assert len(calls) == 3  # the first batch was kept
    assert [path.name for path in tmp_path.iterdir()] == [work.file.name]
    recreate.make(work, told.append)
    assert told[-1].endswith("is there")
    found = read(work.file, slice(0, 50), work.layout, family.grid)
    assert found.outputs["trajectory"].shape == (50, 3, 1024)
    with h5py.File(work.file) as content:
        assert "not the published file" in content.attrs["what"]


def test_hours_are_expected_for_small_viscosities_and_strong_diffusion(family) -> None:
    assert 0 < recreate.works(family, {"beta": "0.1"}, Path())[0].expected_s < 60


def test_families_that_can_not_be_made_again(family) -> None:
    with pytest.raises(UsageError, match="can't be made again"):
        recreate.works(replace(family, published=None), {}, Path())
    with pytest.raises(UsageError, match="only those of advection, burgers, reacdiff1d"):
        recreate.works(replace(family, name="darcy"), {}, Path())


def test_references_as_a_file(tmp_path: Path) -> None:
    opened = build({"beta": "0.1"}, ProblemOptions(samples=2, cache=tmp_path))
    batch = opened.sources.batch("test", 2)
    known = opened.sources.references(batch, "test", 2)
    file = tmp_path / "out.h5"
    export(file, opened.family, opened.parameters, batch, known)
    found = read(file, slice(0, 100), opened.family.published, opened.family.grid)
    assert np.array_equal(found.outputs["trajectory"][1], known[1].fields["trajectory"])
    with h5py.File(file) as content:
        assert content.attrs["version"] == opened.family.version
        assert content.attrs["estimate"] == max(one.estimate for one in known)
        assert len(content.attrs["floors"]) == 2
        assert content["tensor"].dtype == np.float64


def test_a_family_that_was_never_published_has_a_layout_after_the_same_fashion(family) -> None:
    layout = layout_of(replace(family, published=None))
    assert layout.outputs == {"trajectory": "tensor"}
    assert layout.inputs == {"u0_batch": "tensor"}
