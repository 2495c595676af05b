"""From trajectories to scores."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from codepde.batch import Batch, draw_batch
from codepde.family import Family
from codepde.metrics import MOST, nrmse
from codepde.references.reference import Reference
from codepde.scoring import fingerprint, refusal, score_fields
from solversmith.records.codec import canonical_json
from solversmith.records.score import CaseScore
from solversmith.records.verdict import Verdict

Scored = Callable[[np.ndarray], CaseScore]


@pytest.fixture
def batch(toy: ModuleType) -> Batch:
    return draw_batch(toy.family(), "dev", 6)


@pytest.fixture
def exact(toy: ModuleType, batch: Batch) -> np.ndarray:
    factors = np.exp(-toy.GRID.times)[None, :, None]
    result: np.ndarray = batch.inputs["u0_batch"][:, None, :] * factors
    return result


@pytest.fixture
def scored(toy: ModuleType, batch: Batch, exact: np.ndarray) -> Scored:
    references = [
        Reference({"trajectory": field.copy()}, {"trajectory": 1e-9 * (index + 1)}, {}, 1e-12)
        for index, field in enumerate(exact)
    ]
    return lambda trajectory: score_fields(
        "case", {"trajectory": trajectory}, toy.family(), batch, references
    )


def test_the_loss_is_the_nrmse_with_its_parts_beside_it(
    scored: Scored, exact: np.ndarray, batch: Batch
) -> None:
    wrong = exact.copy()
    wrong[1, -1] *= 1.5
    score = scored(wrong)
    assert score.verdict is Verdict.OK
    assert score.loss == pytest.approx(nrmse(wrong, exact), rel=1e-12)
    metrics = score.metrics
    assert metrics["kinds"] == batch.kinds
    assert metrics["nrmse_per_sample"].index(max(metrics["nrmse_per_sample"])) == 1
    assert metrics["worst"] == pytest.approx(max(metrics["nrmse_per_sample"]), rel=1e-3)
    assert metrics["median"] == 0.0
    assert metrics["worst_samples"][0]["sample"] == 1
    assert metrics["worst_samples"][0]["t"] == 1.0
    assert metrics["nrmse_final_time"] == pytest.approx(0.5 / 6)
    assert (metrics["saturated"], metrics["capped"]) == (False, False)


def test_below_the_references_own_error_it_is_saturated(scored: Scored, exact: np.ndarray) -> None:
    score = scored(exact)
    assert (score.loss, score.metrics["saturated"]) == (0.0, True)
    assert score.metrics["error_floor"] == score.metrics["estimate"] == pytest.approx(6e-9)


def test_the_floor_counts_where_it_is_larger(toy: ModuleType, batch: Batch, exact: np.ndarray) -> None:
    references = [
        Reference({"trajectory": field}, {"trajectory": 1e-9}, {}, 6e-4 if index == 2 else 0.0)
        for index, field in enumerate(exact)
    ]
    wrong = exact * (1 + 5e-6 * (toy.GRID.times > 0))[None, :, None]
    score = score_fields("case", {"trajectory": wrong}, toy.family(), batch, references)
    assert score.metrics["error_floor"] == pytest.approx(1e-4)
    assert score.metrics["saturated"]


def test_any_value_that_is_not_finite_makes_the_case_non_finite(scored: Scored, exact: np.ndarray) -> None:
    exact[4, 2:, 3] = np.nan
    exact[1, 4] = np.inf
    score = scored(exact)
    assert (score.verdict, score.loss, score.fingerprint) == (Verdict.NON_FINITE, None, None)
    assert score.metrics == {"first_bad_frame": {"1": 4, "4": 2}}
    assert score.message == (
        "NaN or infinity in 2 of 6 samples: sample 1 from frame 4 (t = 1), sample 4 from frame 2 (t = 0.5)"
    )


def test_a_trajectory_that_begins_late_is_bad_output(scored: Scored, exact: np.ndarray) -> None:
    exact[3] = np.roll(exact[3], -1, axis=0)
    score = scored(exact)
    assert (score.verdict, score.loss) == (Verdict.BAD_OUTPUT, None)
    assert "first frame is not the initial state in 1 of 6 samples (sample 3" in score.message


def test_a_first_frame_that_went_through_float32_is_the_initial_state(
    scored: Scored, exact: np.ndarray
) -> None:
    single = np.fft.irfft(np.fft.rfft(exact.astype(np.float32)).astype(np.complex64), exact.shape[-1])
    score = scored(single.astype(np.float32).astype(float))
    assert score.verdict is Verdict.OK
    assert score.loss is not None
    assert score.loss < 1e-6


@pytest.mark.parametrize("huge", [1e30, 1e200, -np.finfo(float).max])
def test_huge_fields_have_a_finite_loss_and_say_so(scored: Scored, exact: np.ndarray, huge: float) -> None:
    exact[2, 1:] = huge
    score = scored(exact)
    assert score.verdict is Verdict.OK
    assert score.loss == pytest.approx(MOST / 6)
    assert score.metrics["capped"]
    canonical_json([dict(score.metrics), score.fingerprint])  # raises for NaN and infinities


def test_a_huge_first_frame_is_refused(scored: Scored, exact: np.ndarray) -> None:
    exact[2] = np.finfo(float).max
    assert scored(exact).verdict is Verdict.BAD_OUTPUT


def test_fingerprints_are_small_fixed_and_tell_solutions_apart(exact: np.ndarray) -> None:
    def marked(*fields: np.ndarray) -> Any:
        return fingerprint({str(place): field for place, field in enumerate(fields)})

    field = np.random.default_rng(0).normal(size=(32, 201, 1024))
    mark = marked(field)
    assert len(json.dumps(mark)) <= 4096
    assert mark == marked(field.copy())
    assert mark != marked(field * (1 + 1e-3))
    other = field.copy()
    other[:, 0] = 0.0
    assert marked(other) == mark  # what was given is not part of it
    assert marked(exact) == marked(exact * (1 + 1e-9))
    assert len(marked(field, other, field)) == len(mark)
    assert marked(field, field) != marked(field, 2 * field)
    assert any(marked(field[:, :1]))  # a steady one


def of_pair(toy: ModuleType, name: str) -> tuple[Family, Batch, list[Reference], dict[str, np.ndarray]]:
    family = getattr(toy, name)()
    batch = draw_batch(family, "dev", 3)
    found = dict(family.solve(batch.inputs, family.grid, family.coefficients))
    references = [found[index] for index in range(3)]
    return (
        family,
        batch,
        references,
        {key: np.stack([reference.fields[key] for reference in references]) for key in ("u", "v")},
    )


@pytest.mark.parametrize("name", ["pair", "steady_pair"])
def test_several_fields_are_scored_together(toy: ModuleType, name: str) -> None:
    family, batch, references, exact = of_pair(toy, name)
    score = score_fields("case", exact, family, batch, references)
    assert (score.verdict, score.loss, score.metrics["saturated"]) == (Verdict.OK, 0.0, True)
    assert len(score.fingerprint) == 96
    exact["v"].reshape(3, -1)[2, -1] = np.nan
    score = score_fields("case", exact, family, batch, references)
    assert score.verdict is Verdict.NON_FINITE
    assert score.message.endswith(
        "in 1 of 3 samples: sample 2" + (" from frame 4 (t = 1)" if name == "pair" else "")
    )


def test_every_field_starts_as_its_own_state(toy: ModuleType) -> None:
    family, batch, references, exact = of_pair(toy, "pair")
    exact["v"][1, 0] *= 1.001
    score = score_fields("case", exact, family, batch, references)
    assert score.verdict is Verdict.BAD_OUTPUT
    assert "in 1 of 3 samples (sample 1" in score.message
    assert score.message.endswith("v[:, 0] has to equal v0")


def test_a_state_that_vanishes_is_met_relative_to_its_scale(toy: ModuleType) -> None:
    family, batch, references, exact = of_pair(toy, "pair")
    exact["v"][1, 0] += 1e-7 * np.abs(exact["v"]).max()
    assert score_fields("case", exact, family, batch, references).verdict is Verdict.OK
    exact["v"][1, 0] += 1e-4 * np.abs(exact["v"]).max()
    assert score_fields("case", exact, family, batch, references).verdict is Verdict.BAD_OUTPUT
    lenient = replace(family, scales=lambda fields: {"v": float(np.abs(fields["u"]).max())})
    assert score_fields("case", exact, lenient, batch, references).verdict is Verdict.OK


def test_without_a_reference_least_sizes_are_those_of_what_was_given(toy: ModuleType) -> None:
    """Those of an answer may be no numbers: a gas of negative density has no speed of sound."""
    family, batch, _, exact = of_pair(toy, "pair")
    rooted = replace(family, scales=lambda fields: {"v": float(np.sqrt(30.0 + np.min(fields["u"])))})
    exact["u"][1, 2] = -100.0
    assert refusal("case", exact, rooted, batch) is None
    exact["v"][1, 0] += 1.0
    refused = refusal("case", exact, rooted, batch)
    assert refused is not None
    assert refused.verdict is Verdict.BAD_OUTPUT
