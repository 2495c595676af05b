"""Floors of states that their points hold: rounding, unless there are too few points."""

from __future__ import annotations

import importlib
from dataclasses import replace

import numpy as np
import pytest

from codepde.order import on_grid
from codepde.references import floors
from codepde.references.reference import Reference
from solversmith.contract import ProblemOptions

NONE = Reference({}, {"trajectory": 1e-9})


def family_of(name: str, **parameters: str):
    problem = importlib.import_module(f"problems.pde.{name}.problem")
    return problem.build(parameters, ProblemOptions()).family


@pytest.mark.parametrize(
    ("name", "parameters"), [("kdv", {}), ("ks", {}), ("ns2d", {"nu": "0.001"})], ids=["kdv", "ks", "ns2d"]
)
def test_the_payload_is_the_formula(name: str, parameters: dict[str, str]) -> None:
    family = family_of(name, **parameters)
    samples = [family.draw("dev", index, family.grid, family.coefficients) for index in range(6)]
    found = [family.floor(sample, NONE, family.grid, family.coefficients) for sample in samples]
    assert 0.0 < max(found) < 1e-13
    if name == "kdv":
        assert {"smooth", "solitary"} <= {sample.kind for sample in samples}


def test_where_perturbations_grow_so_does_the_floor() -> None:
    family = family_of("ks")
    sample = family.draw("dev", 0, family.grid, family.coefficients)
    plain = floors.on_line(sample, NONE, family.grid, {})
    grown = floors.on_line(sample, replace(NONE, detail={"gain": 1e3}), family.grid, {})
    assert grown == pytest.approx(1e3 * plain)


@pytest.mark.parametrize(
    ("name", "parameters", "points"),
    [("kdv", {}, 32), ("ns2d", {"nu": "0.001"}, 32)],
    ids=["kdv", "ns2d"],
)
def test_too_few_points_are_seen(name: str, parameters: dict[str, str], points: int) -> None:
    family = on_grid(family_of(name, **parameters), points)
    drawn = (family.draw("dev", index, family.grid, family.coefficients) for index in range(20))
    sample = next(each for each in drawn if name == "ns2d" or each.kind == "solitary")
    apart = family.floor(sample, NONE, family.grid, family.coefficients)
    assert 1e-4 < apart < 1.0
    assert np.isfinite(apart)
