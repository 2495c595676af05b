"""The one-dimensional compressible Navier-Stokes equations, at every published viscosity."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from codepde import gas
from codepde.family import Family, Output
from codepde.grid import Grid
from codepde.initial_cns1d import STREAM, draw
from codepde.problem import PdeProblem
from codepde.published import catalogue
from codepde.references import cns1d, cns1d_entropy
from solversmith.contract.folder import ProblemFolder
from solversmith.contract.problem import Parameter, Problem, ProblemOptions

SUMMARY: Final = "compressible Navier-Stokes in one dimension, periodic, t ≤ 1"
PARAMETERS: Final = (
    Parameter("eta", ("0.1", "0.01", "1e-8"), "shear viscosity; the bulk viscosity zeta is the same"),
)
_RESOLVED: Final = 1e-3  # viscosities from here on have shocks that can be resolved


def build(parameters: Mapping[str, str], options: ProblemOptions) -> Problem:
    """The problem at one viscosity."""
    eta = float(parameters["eta"])
    reference = cns1d if eta >= _RESOLVED else cns1d_entropy
    family = Family(
        name="cns1d",
        equation="rho_t + (rho v)_x = 0, (rho v)_t + (rho v^2 + p - s)_x = 0, E_t + ((E + p - s) v)_x = 0, "
        "E = p/(Gamma - 1) + rho v^2/2, s = (zeta + 4/3 eta) v_x, Gamma = 5/3"
        + ("" if eta >= _RESOLVED else "; entropy solution"),
        grid=Grid(num_points=1024, final_time=1.0, frames=101, lower=-1.0, extent=2.0),
        coefficients={"eta": eta, "zeta": eta},
        inputs=tuple(gas.STARTS.values()),
        outputs=(
            Output(gas.VELOCITY, "v", starts_as=gas.STARTS[gas.VELOCITY]),
            Output(gas.DENSITY, "ρ", starts_as=gas.STARTS[gas.DENSITY]),
            Output(gas.PRESSURE, "p", starts_as=gas.STARTS[gas.PRESSURE]),
        ),
        draw=draw,
        stream=STREAM,
        solve=reference.solve,
        floor=reference.floor,
        method=reference.METHOD,
        version=reference.VERSION,
        published=catalogue.CNS1D,
        validity=reference.VALIDITY,
        most_estimate=reference.MOST_ESTIMATE,
        scales=gas.scales,
        budgets=gas.budgets,
        boosts={gas.VELOCITY: 1.0},
        l1=reference is cns1d_entropy,  # where there are shocks, the 2-norm tells of little but these
        samples={"dev": 4, "test": 12},
        wall_s=300.0,
        published_wall_s=2400.0,
    )
    return PdeProblem(family, dict(parameters), ProblemFolder(Path(__file__).parent), options)
