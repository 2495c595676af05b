"""Cases and references from published files, in all combinations, through the problem."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from codepde import progress
from codepde.batch import draw_batch
from codepde.order import on_grid
from codepde.published import sources, streams
from codepde.published.cases import published_nrmse
from codepde.published.catalogue import ADVECTION
from codepde.published.layouts import write
from codepde.references.advection import moved as moved_exactly
from codepde.references.reference import worst_estimate
from codepde.solutions import references
from problems.pde.advection.problem import build
from solversmith.contract import DEV, TEST, Answer, ProblemOptions, Solution, Verdict
from solversmith.errors import BadData, UsageError
from solversmith.tables.scores import reference_line

PARAMETERS = {"beta": "0.1"}


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """Files with two test and two development samples, the exact solutions moved a little too fast."""
    folder = tmp_path_factory.mktemp("published")
    grid = build(PARAMETERS, ProblemOptions()).family.grid
    for indices, ending in ((range(2), ""), (range(streams.DRAWN - 50, streams.DRAWN - 48), "_development")):
        states = streams.states(indices).astype(float)
        moved = np.stack([moved_exactly(state, grid, 0.1001) for state in states])
        file = folder / f"1D_Advection_Sols_beta0.1{ending}.hdf5"
        write(file, ADVECTION, grid, {}, {"trajectory": moved})
    return folder


def problem(data: Path, tmp_path: Path, reference: str | None, cases: str | None = "published"):
    options = ProblemOptions(data=data if cases else None, cases=cases, reference=reference, cache=tmp_path)
    return build(PARAMETERS, options)


def scored(opened, split: str, speed: float):
    (case,) = opened.cases(split)
    states = case.data.inputs["u0_batch"]
    moved = np.stack([moved_exactly(state, opened.family.grid, speed) for state in states])
    return opened.score(case, Answer((Solution(0.1, {"trajectory": moved}),), 1.0, 60.0, "returned"))


@pytest.mark.parametrize("split", [DEV, TEST])
def test_an_exact_solver_is_right_by_the_exact_reference_and_wrong_by_the_file(data, tmp_path, split) -> None:
    exact = scored(problem(data, tmp_path, None), split, 0.1)
    assert exact.loss < 1e-12
    published = scored(problem(data, tmp_path, "published"), split, 0.1)
    assert published.verdict is Verdict.OK
    assert 1e-4 < published.loss < 1e-2
    assert published.loss == published.metrics["nrmse_published"]
    as_the_file = scored(problem(data, tmp_path, "published"), split, 0.1001)
    assert as_the_file.loss < 1e-6


def test_kinks_across_the_boundary_are_in_the_floor(data, tmp_path) -> None:
    metrics = scored(problem(data, tmp_path, None), TEST, 0.1).metrics
    assert set(metrics["kinds"]) <= {"smooth", "window", "kink"}
    assert 1e-6 < metrics["error_floor"] < 1e-2


def test_the_payload_is_the_file_and_splits_differ(data, tmp_path) -> None:
    opened = problem(data, tmp_path, None)
    (dev,), (test,) = opened.cases(DEV), opened.cases(TEST)
    assert np.array_equal(test.data.inputs["u0_batch"], streams.states(range(2)).astype(float))
    assert dev.digest != test.digest
    assert opened.reference["kind"] == "exact"
    assert len(opened.reference["files"][TEST]) == 64


def test_a_published_reference_says_its_defect(data, tmp_path) -> None:
    about = problem(data, tmp_path, "published").reference
    assert about["kind"] == "published"
    assert "1.05e-3" in about["defect"]


def test_a_state_of_nobody_s_streams_has_no_floor(tmp_path) -> None:
    grid = build(PARAMETERS, ProblemOptions()).family.grid
    tensor = np.stack([moved_exactly(np.sin(2 * np.pi * grid.points), grid, 0.1)])
    write(tmp_path / "1D_Advection_Sols_beta0.1.hdf5", ADVECTION, grid, {}, {"trajectory": tensor})
    (case,) = problem(tmp_path, tmp_path, None).cases(TEST)
    assert case.data.kinds == ["file"]
    assert case.data.samples[0].formula is None


def test_published_references_of_built_in_cases_are_runs_of_the_same_kind(tmp_path) -> None:
    opened = build(PARAMETERS, ProblemOptions(reference="published", samples=1, cache=tmp_path))
    found = scored(opened, DEV, 0.1)
    assert 1e-5 < found.loss < 1e-2
    assert "float32" in opened.reference["method"]
    assert [found.metrics[key] for key in ("estimate", "error_floor", "saturated")] == [None, None, False]
    assert opened.reference["estimate"] is None
    assert "accuracy not estimated" in reference_line(opened.reference)


def test_runs_of_the_published_kind_are_kept_sample_by_sample_and_say_how_far_they_are(
    tmp_path, monkeypatch
) -> None:
    """Interrupted in the second group, the next run makes only what is missing."""
    told: list[str] = []
    family = on_grid(build(PARAMETERS, ProblemOptions()).family, 64)
    kind = sources.of_published_kind(replace(family, grid=replace(family.grid, frames=3)), told.append)
    batch = draw_batch(kind, DEV, 6)
    monkeypatch.setattr(progress, "_SILENT_S", 0.0)
    marched = []

    def frames(name, initial, grid, coefficients):
        marched.append(len(initial))
        if len(marched) == 2:
            raise KeyboardInterrupt
        yield from (initial for _ in range(grid.frames))

    monkeypatch.setattr(sources.schemes, "frames", frames)
    with pytest.raises(KeyboardInterrupt):
        references(kind, batch, tmp_path, told.append)
    assert len(references(kind, batch, tmp_path, told.append)) == 6
    assert marched == [4, 4, 2]
    assert told[0] == "advection: solving 6 of 6 references, kept for later runs"
    assert "advection: float32 run from sample 1 of 6 on, frame 3 of 3" in told
    assert "advection: solving 2 of 6 references, kept for later runs" in told


def test_samples_marched_together_don_t_depend_on_each_other() -> None:
    """Five, of which the last is filled up to a group of four, are the same as each alone."""
    family = on_grid(build({"beta": "1"}, ProblemOptions()).family, 64)
    kind = sources.of_published_kind(replace(family, grid=replace(family.grid, final_time=0.1, frames=3)))
    batch = draw_batch(kind, DEV, 5)
    together = [reference for _, reference in kind.solve(batch.inputs, kind.grid, kind.coefficients)]
    assert len(together) == 5
    alone = {"u0_batch": batch.inputs["u0_batch"][4:]}
    ((index, last),) = kind.solve(alone, kind.grid, kind.coefficients)
    assert (index, last.estimates, worst_estimate([last])) == (0, {}, None)
    assert np.allclose(last.fields["trajectory"], together[4].fields["trajectory"], atol=1e-6)
    assert not np.allclose(together[3].fields["trajectory"], together[4].fields["trajectory"], atol=1e-2)


def test_what_is_missing_is_named(tmp_path) -> None:
    opened = problem(tmp_path, tmp_path, None)
    with pytest.raises(BadData, match=r"1D_Advection_Sols_beta0\.1\.hdf5"):
        opened.cases(TEST)
    with pytest.raises(UsageError, match="no reference 'wrong'"):
        problem(tmp_path, tmp_path, "wrong")
    with pytest.raises(UsageError, match="--cases published only"):
        build(PARAMETERS, ProblemOptions(data=tmp_path))


def test_the_published_figure_is_computed_in_the_types_of_its_arguments() -> None:
    random = np.random.default_rng(2)
    r = random.random((5, 40, 64)).astype(np.float32)
    p = r + 1e-3 * random.standard_normal(r.shape).astype(np.float32)
    mine = published_nrmse({"u": p}, {"u": r})
    single = np.mean(np.sqrt(np.mean((p - r) ** 2, axis=(1, 2))) / np.sqrt(np.mean(r**2, axis=(1, 2))))
    assert mine == pytest.approx(float(single), rel=1e-6)
    fields = {"a": p, "b": 10 * p}
    truth = {"a": r, "b": 10 * r}
    stacked, true = np.stack([p, 10 * p], -1), np.stack([r, 10 * r], -1)
    pooled = np.mean(
        np.sqrt(np.mean((stacked - true) ** 2, axis=(1, 2, 3))) / np.sqrt(np.mean(true**2, axis=(1, 2, 3)))
    )
    assert published_nrmse(fields, truth) == pytest.approx(float(pooled), rel=1e-6)
