"""Korteweg-de Vries on a period of 32: dispersion, solitons, nothing damped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from codepde.family import Family, Output
from codepde.grid import Grid
from codepde.initial_waves import KDV_STREAM, draw_kdv
from codepde.problem import PdeProblem
from codepde.references import floors, kdv
from solversmith.contract.folder import ProblemFolder
from solversmith.contract.problem import Parameter, Problem, ProblemOptions

SUMMARY: Final = "Korteweg-de Vries, u_t + 6 u u_x + u_xxx = 0, period 32, t ≤ 10"
PARAMETERS: Final[tuple[Parameter, ...]] = ()


def build(parameters: Mapping[str, str], options: ProblemOptions) -> Problem:
    """The problem."""
    family = Family(
        name="kdv",
        equation="u_t + 6 u u_x + u_xxx = 0",
        grid=Grid(num_points=256, final_time=10.0, frames=101, extent=32.0),
        coefficients={},
        inputs=("u0_batch",),
        outputs=(Output("trajectory", "u", starts_as="u0_batch"),),
        draw=draw_kdv,
        stream=KDV_STREAM,
        solve=kdv.solve,
        floor=floors.on_line,
        method=kdv.METHOD,
        version=kdv.VERSION,
        validity=kdv.VALIDITY,
        budgets=kdv.budgets,
        boosts={"trajectory": 1.0 / 6.0},
    )
    return PdeProblem(family, dict(parameters), ProblemFolder(Path(__file__).parent), options)
