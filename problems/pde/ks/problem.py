"""Kuramoto-Sivashinsky on a period of 64, until it is chaotic."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from codepde.budgets import mass
from codepde.family import Family, Output
from codepde.grid import Grid
from codepde.initial_waves import KS_STREAM, draw_ks
from codepde.problem import PdeProblem
from codepde.references import floors, ks
from solversmith.contract.folder import ProblemFolder
from solversmith.contract.problem import Parameter, Problem, ProblemOptions

SUMMARY: Final = "Kuramoto-Sivashinsky, u_t + u u_x + u_xx + u_xxxx = 0, period 64, t ≤ 50"
PARAMETERS: Final[tuple[Parameter, ...]] = ()


def build(parameters: Mapping[str, str], options: ProblemOptions) -> Problem:
    """The problem."""
    family = Family(
        name="ks",
        equation="u_t + u u_x + u_xx + u_xxxx = 0",
        grid=Grid(num_points=256, final_time=50.0, frames=51, extent=64.0),
        coefficients={},
        inputs=("u0_batch",),
        outputs=(Output("trajectory", "u", starts_as="u0_batch"),),
        draw=draw_ks,
        stream=KS_STREAM,
        solve=ks.solve,
        floor=floors.on_line,
        method=ks.METHOD,
        version=ks.VERSION,
        validity=ks.VALIDITY,
        most_estimate=ks.MOST_ESTIMATE,
        budgets=mass,
        boosts={"trajectory": 1.0},
    )
    return PdeProblem(family, dict(parameters), ProblemFolder(Path(__file__).parent), options)
