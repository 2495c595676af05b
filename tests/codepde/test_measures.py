"""What is recorded of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from codepde.batch import Batch, draw_batch
from codepde.family import Family
from codepde.grid import Array, Grid
from codepde.measures import MOST_SAMPLES, measures, stacked
from codepde.metrics import MOST, nrmse
from codepde.references.reference import Reference
from solversmith.records.codec import canonical_json


def solved(family: Family, samples: int) -> tuple[Batch, list[Reference], dict[str, Array]]:
    """A batch, its references, and an exact answer that may be spoilt."""
    batch = draw_batch(family, "dev", samples)
    found = dict(family.solve(batch.inputs, family.grid, family.coefficients))
    references = [found[index] for index in range(samples)]
    exact = {output.name: stacked(references, output.name, family.grid) for output in family.outputs}
    return batch, references, exact


def test_of_several_fields_each_counts_the_same(toy: ModuleType) -> None:
    family = toy.pair()
    batch, references, exact = solved(family, 3)
    fields = {"u": exact["u"], "v": 0.0 * exact["v"]}
    found = measures(fields, family, batch, references)
    assert found["nrmse"] == pytest.approx(0.5)
    assert found["nrmse_by_field"] == {"u": 0.0, "v": 1.0}
    assert found["estimate_by_field"] == {"u": 1e-9, "v": 1e-8}
    assert found["estimate"] == found["error_floor"] == 1e-8
    assert found["nrmse_fluctuation"] == pytest.approx(0.5)
    assert found["max_error"] == pytest.approx(1.0)


def test_the_published_figure_pools_them_so_that_the_large_one_decides(toy: ModuleType) -> None:
    family = toy.pair()
    batch, references, exact = solved(family, 3)
    found = measures({"u": exact["u"], "v": 0.0 * exact["v"]}, family, batch, references)
    pooled = [
        np.linalg.norm(v) / np.sqrt(np.sum(u**2) + np.sum(v**2))
        for u, v in zip(exact["u"], exact["v"], strict=True)
    ]
    assert found["nrmse_published"] == pytest.approx(np.mean(pooled), rel=1e-5)
    assert found["nrmse_published"] < 0.011


def test_of_one_field_it_is_the_loss(toy: ModuleType) -> None:
    batch, references, exact = solved(toy.family(), 4)
    wrong = exact["trajectory"] * 1.25
    found = measures({"trajectory": wrong}, toy.family(), batch, references)
    assert found["nrmse"] == pytest.approx(nrmse(wrong, exact["trajectory"])) == pytest.approx(0.25)
    assert found["nrmse_published"] == pytest.approx(0.25)
    assert "nrmse_by_field" not in found


def test_a_field_that_vanishes_is_measured_by_its_scale(toy: ModuleType) -> None:
    def scales(fields: Mapping[str, Array]) -> dict[str, float]:
        return {"v": float(np.sqrt(np.mean(fields["u"] ** 2)))}

    family = replace(toy.pair(), scales=scales)
    batch, references, exact = solved(family, 3)
    found = measures({"u": exact["u"], "v": 0.0 * exact["v"]}, family, batch, references)
    assert found["nrmse_by_field"]["v"] == pytest.approx(
        np.mean([np.linalg.norm(v) / np.linalg.norm(u) for u, v in zip(*exact.values(), strict=True)]),
        rel=1e-5,
    )


def test_errors_in_the_1_norm_are_told_where_they_are_asked_for(toy: ModuleType) -> None:
    batch, references, exact = solved(toy.family(), 2)
    wrong = {"trajectory": exact["trajectory"] * 1.5}
    assert "l1" not in measures(wrong, toy.family(), batch, references)
    told = measures(wrong, replace(toy.family(), l1=True), batch, references)
    assert told["l1"] == told["l1_by_field"]["trajectory"] == pytest.approx(0.5)
    assert "l1_estimate" not in told
    known = [
        replace(each, detail={"estimates_l1": {"trajectory": 0.01 * n}}) for n, each in enumerate(references)
    ]
    told = measures(wrong, replace(toy.family(), l1=True), batch, known)
    assert told["l1_estimate"] == pytest.approx(0.01 * (len(references) - 1))


def test_times_are_few_and_begin_and_end_with_the_trajectory(toy: ModuleType) -> None:
    family = replace(toy.family(), grid=Grid(16, 1.0, 201))
    batch, references, exact = solved(family, 2)
    wrong = exact["trajectory"] * (1.0 + 0.1 * family.grid.times[None, :, None])
    found = measures({"trajectory": wrong}, family, batch, references)
    assert len(found["times"]) == len(found["nrmse_by_time"]) == 21
    assert (found["times"][0], found["times"][-1]) == (0.0, 1.0)
    assert found["nrmse_by_time"] == pytest.approx(0.1 * np.array(found["times"]))
    assert found["nrmse_final_time"] == pytest.approx(0.1)
    assert [worst["t"] for worst in found["worst_samples"]] == [1.0, 1.0]


def test_a_steady_problem_has_no_times(toy: ModuleType) -> None:
    family = toy.steady_pair()
    batch, references, exact = solved(family, 3)
    found = measures({"u": 1.1 * exact["u"], "v": exact["v"]}, family, batch, references)
    assert found["nrmse"] == pytest.approx(0.05)
    assert not {"times", "nrmse_by_time", "nrmse_final_time"} & found.keys()
    assert all("t" not in worst for worst in found["worst_samples"])


@pytest.mark.parametrize(
    ("drift", "recorded"), [(0.125, 0.125), (np.inf, MOST), (np.nan, MOST), (1e300, MOST)]
)
def test_violations_of_balances_are_recorded_and_finite(
    toy: ModuleType, drift: float, recorded: float
) -> None:
    seen: list[Any] = []

    def budgets(*given: Any) -> dict[str, float]:
        seen.extend(given)
        return {"mass": drift}

    family = replace(toy.family(), budgets=budgets)
    batch, references, exact = solved(family, 2)
    found = measures(exact, family, batch, references)
    assert found["drift"] == {"mass": recorded}
    assert seen[0]["trajectory"].shape == (2, 5, 16)
    assert seen[1:] == [batch.inputs, family.grid, family.coefficients]


def test_the_worst_samples_come_first(toy: ModuleType) -> None:
    batch, references, exact = solved(toy.family(), 8)
    exact["trajectory"][5] *= 3.0
    exact["trajectory"][2] *= 2.0
    found = measures(exact, toy.family(), batch, references)
    assert [worst["sample"] for worst in found["worst_samples"]][:2] == [5, 2]
    assert found["worst_samples"][0]["error"] == found["worst"] == pytest.approx(2.0)
    assert len(found["worst_samples"]) == 5


@pytest.mark.parametrize("factor", [1.0, 1.3, 1e250])
def test_a_record_is_bounded_and_has_no_nan_whatever_the_batch_is(toy: ModuleType, factor: float) -> None:
    family = replace(toy.family(), grid=Grid(8, 1.0, 1001), budgets=lambda *_: {"mass": 1.0}, l1=True)
    batch, references, exact = solved(family, MOST_SAMPLES + 30)
    found = measures({"trajectory": factor * exact["trajectory"]}, family, batch, references)
    assert len(canonical_json(found)) < 6000
    assert len(found["nrmse_per_sample"]) == len(found["kinds"]) == MOST_SAMPLES
