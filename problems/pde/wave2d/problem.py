"""Waves through a medium of variable speed on the periodic unit square."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from codepde.family import Family, Output
from codepde.grid import Grid
from codepde.initial_wave2d import STREAM, draw
from codepde.problem import PdeProblem
from codepde.references import wave2d
from solversmith.contract.folder import ProblemFolder
from solversmith.contract.problem import Parameter, Problem, ProblemOptions

SUMMARY: Final = "wave equation of variable speed, u_tt = ∇·(c²∇u), periodic square, t ≤ 1"
PARAMETERS: Final[tuple[Parameter, ...]] = ()


def build(parameters: Mapping[str, str], options: ProblemOptions) -> Problem:
    """The problem; it has no parameters, the speed is drawn with each sample."""
    family = Family(
        name="wave2d",
        equation="u_tt = div(c^2 grad u)",
        grid=Grid(num_points=64, final_time=1.0, frames=21, dimension=2),
        coefficients={},
        inputs=("u0", "v0", "c"),
        outputs=(Output("u", "u", starts_as="u0"), Output("v", "u_t", starts_as="v0")),
        draw=draw,
        stream=STREAM,
        solve=wave2d.solve,
        method=wave2d.METHOD,
        version=wave2d.VERSION,
        validity=wave2d.VALIDITY,
        scales=wave2d.scales,
        budgets=wave2d.budgets,
        samples={"dev": 4, "test": 12},
        wall_s=120.0,
    )
    return PdeProblem(family, dict(parameters), ProblemFolder(Path(__file__).parent), options)
