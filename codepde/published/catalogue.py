"""The published files of each family, with what is known to be wrong with them.

Names of files and data sets as PDEBench (arXiv 2210.07182) and CodePDE (arXiv 2505.08783) have them.
"""

from __future__ import annotations

from typing import Final

from codepde.published.layouts import Layout

_SCALAR: Final = {"trajectory": "tensor"}
_STATE: Final = {"u0_batch": "tensor"}

ADVECTION: Final = Layout(
    "1D_Advection_Sols_beta{beta}",
    _SCALAR,
    _STATE,
    "second-order finite volumes in float32: an exact solution scores about 1.05e-3 (beta = 0.1)",
)
BURGERS: Final = Layout(
    "1D_Burgers_Sols_Nu{nu}",
    _SCALAR,
    _STATE,
    "second-order finite volumes in float32: an exact solution scores about 2.8e-4 (nu = 0.01), 7.4e-4 (0.1)",
)
REACDIFF1D: Final = Layout(
    "ReacDiff_Nu{nu}_Rho{rho}",
    _SCALAR,
    _STATE,
    "float32 with steps of 2.4e-7 loses the reaction to rounding: an exact solution scores about 0.17",
)
CNS1D: Final = Layout(
    "1D_CFD_Rand_Eta{eta}_Zeta{eta}_periodic_Train",
    {"Vx": "Vx", "density": "density", "pressure": "pressure"},
    {"Vx0": "Vx", "density0": "density", "pressure0": "pressure"},
    "viscosity proportional to density, another equation than stated: an exact solution scores about 6e-2",
)
DARCY: Final = Layout(
    "piececonst_r421_N1024_smooth1.*",
    {"u": "sol"},
    {"a": "coeff"},
    "values on another grid than stated: an exact solution scores about 2.5e-3 to 4.8e-3",
)
