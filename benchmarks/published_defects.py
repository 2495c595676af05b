"""What is wrong with the published references of the PDE families, in figures.

    python benchmarks/published_defects.py [--quick] [--only FAMILY]... [--json]

Nothing is downloaded: the initial states of the scalar families are those of the published streams, their
trajectories come from numerics of the published kind (`codepde.published.schemes`), and where the published
data can't be made again, what is said to be in them is compared with what is stated. `--quick` leaves out
the whole run of reaction-diffusion in float32 and in float64, and Burgers at 0.1: minutes each.

Figures are nRMSE over all points and times, as published.
"""

# ruff: noqa: E402 - packages are found beside this folder, not in it
from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.settings import opened
from codepde import gas
from codepde.batch import draw_batch
from codepde.grid import Array, Grid
from codepde.metrics import sample_errors
from codepde.published import schemes, streams
from codepde.references import darcy
from codepde.sample import Sample
from solversmith.contract import DEV


@dataclass(frozen=True)
class Defect:
    """One row: what was published, what is right, and how far they are apart."""

    family: str
    published: str
    right: str
    figure: str


def nrmse(found: Array, reference: Array) -> float:
    """Mean over the samples, which are the first axis."""
    return float(np.mean(sample_errors(found, reference)))


def exact(setting: str, states: Array) -> Array:
    """Trajectories ``(batch, frames, N)`` of a scalar family from given states."""
    family = opened(setting).family
    solved = dict(family.solve({"u0_batch": states}, family.grid, family.coefficients))
    return np.stack([solved[index].fields["trajectory"] for index in range(len(states))])


def of_published_kind(setting: str, states: Any) -> Array:
    """The same by numerics of the published kind, in the precision of the states."""
    family = opened(setting).family
    marched = list(schemes.frames(family.name, states, family.grid, family.coefficients))
    return np.stack(marched, axis=1).astype(np.float64)


def numerics(setting: str, samples: int, published: str) -> Defect:
    """How an exact solver scores against a float32 run of the published kind."""
    states = streams.states(range(samples))
    apart = nrmse(exact(setting, states.astype(np.float64)), of_published_kind(setting, states))
    return Defect(setting, published, "the exact solution", f"an exact solver scores {apart:.2e}")


def advection(quick: bool) -> Iterator[Defect]:
    """Numerics, and the kink across the boundary."""
    setting = "advection:beta=0.1"
    yield numerics(setting, 100, "second-order finite volumes in float32")
    family, numbers = opened(setting).family, range(100)
    assert family.floor is not None
    states, formulas = streams.states(numbers).astype(np.float64), streams.formulas(numbers)
    solved = dict(family.solve({"u0_batch": states}, family.grid, family.coefficients))
    floors = [
        family.floor(
            Sample({"u0_batch": states[i]}, formulas[i].kind, formulas[i]), solved[i], family.grid,
            family.coefficients,
        )
        for i in numbers
    ]  # fmt: skip
    jumps = [abs(float(f(np.array(1.0 - 1e-9)) - f(np.array(0.0)))) for f in formulas]
    ours = draw_batch(family, DEV, 64)
    smooth = [k for k, kind in enumerate(ours.kinds) if kind == "smooth"][:8]
    own = dict(family.solve({"u0_batch": ours.inputs["u0_batch"][smooth]}, family.grid, family.coefficients))
    least = max(
        family.floor(ours.samples[k], own[place], family.grid, family.coefficients)
        for place, k in enumerate(smooth)
    )
    yield Defect(
        "advection, burgers, reacdiff1d",
        "waves that are periodic on 1 - 1/1024",
        "waves that are periodic on 1, as stated",
        f"a jump of {np.median(jumps):.1e} (median; at most {max(jumps):.1e}) across the boundary: what the "
        f"1024 values leave open is {np.median(floors):.1e} (median) instead of {least:.0e}",
    )


def burgers(quick: bool) -> Iterator[Defect]:
    """Numerics, and a label that is not the coefficient."""
    yield numerics("burgers:nu=0.01", 4, "second-order finite volumes in float32")
    if not quick:
        yield numerics("burgers:nu=0.1", 1, "the same at the label 0.1 (one sample)")
    family = opened("burgers:nu=0.01").family
    states = {"u0_batch": streams.states(range(8)).astype(np.float64)}

    def at(viscosity: float) -> Array:
        solved = dict(family.solve(states, family.grid, {"nu": viscosity}))
        return np.stack([solved[index].fields["trajectory"] for index in range(8)])

    yield Defect(
        "burgers:nu=0.01",
        'a prompt that says "nu = 0.01"',
        "0.01/pi, which the data were made with",
        "whoever takes the label for the coefficient of u_xx scores "
        f"{nrmse(at(0.01), at(0.01 / math.pi)):.2e}",
    )


def reacdiff1d(quick: bool) -> Iterator[Defect]:
    """The reaction that float32 loses, in one step and in a whole run."""
    setting, step = "reacdiff1d:nu=0.5,rho=1", 2.0**-22
    states = np.linspace(0.4, 0.9, 64)[None]
    grid, alone = Grid(64, step, 2), {"nu": 0.0, "rho": 1.0}
    right = states * (1.0 - states) * step

    def grown(precision: Any) -> Array:
        initial = states.astype(precision)
        first, last = schemes.frames("reacdiff1d", initial, grid, alone)
        return np.asarray(last.astype(np.float64) - first.astype(np.float64))

    single, double = grown(np.float32), grown(np.float64)
    yield Defect(
        setting,
        "float32 with steps of 2.4e-7: one step of 2^-22 without diffusion, from u = 0.4 to 0.9",
        f"growth by rho u (1 - u) dt = {right.max():.1e} at most; an ulp of 0.5 is "
        f"{np.spacing(np.float32(0.5)):.1e}",
        f"{100 * np.mean(single == 0.0):.0f} % of the values do not move at all, and the others by "
        f"{np.max(single) / np.max(right):.1f} times what is right at most; in float64 growth is right to "
        f"{np.max(np.abs(double / right - 1.0)):.0e}",
    )
    if quick:
        return
    initial = streams.states(range(2), rescaled=True)
    truth = exact(setting, initial.astype(np.float64))
    yield Defect(
        setting,
        "the whole run of this kind in float32 (two samples of the published streams)",
        "the exact solution",
        f"an exact solver scores {nrmse(truth, of_published_kind(setting, initial)):.2e}",
    )
    doubled = of_published_kind(setting, initial.astype(np.float64))
    yield Defect(
        setting,
        "the same scheme in float64",
        "the exact solution",
        f"an exact solver scores {nrmse(truth, doubled):.2e}",
    )


def cns1d(quick: bool) -> Iterator[Defect]:
    """Another equation than stated, and a metric that pressure dominates."""
    grid = Grid(256, 1.0, 101, lower=-1.0, extent=2.0)
    family = opened("cns1d:eta=0.1").family
    drawn = [family.draw(DEV, index, grid, family.coefficients) for index in range(12)]
    smooth = [sample for sample in drawn if sample.kind == "smooth"][:2]
    inputs = {name: np.stack([sample.inputs[name] for sample in smooth]) for name in family.inputs}
    states = np.stack([inputs[gas.STARTS[name]] for name in gas.COMPUTED])
    mu = gas.viscosity(family.coefficients)
    stated, other = gas_run(states, grid, mu, False), gas_run(states, grid, mu, True)
    solved = dict(family.solve(inputs, grid, family.coefficients))
    fields = [np.stack([solved[k].fields[name] for name in gas.COMPUTED]) for k in range(len(smooth))]
    truth = np.stack(fields, axis=1)
    apart = [nrmse(one, two) for one, two in zip(stated, other, strict=True)]
    named = ", ".join(f"{name} {value:.1e}" for name, value in zip(gas.COMPUTED, apart, strict=True))
    yield Defect(
        "cns1d:eta=0.1",
        "data with the viscosity rho eta",
        "a constant viscosity eta, as stated",
        f"{pooled(stated, other):.1e} pooled as published; {named} (256 points, smooth samples: "
        f"{len(smooth)}; this program is {pooled(stated, truth):.0e} off the exact solution of what is "
        "stated)",
    )
    frozen = truth.copy()
    frozen[1] = 0.0
    yield Defect(
        "cns1d:eta=0.1",
        "one error over the three fields as they are",
        "each field by its own size",
        f"v = 0 with density and pressure right scores {pooled(frozen, truth):.1e} as published, "
        f"{np.mean([nrmse(*pair) for pair in zip(frozen, truth, strict=True)]):.2f} in the mean over fields",
    )


def pooled(found: Array, reference: Array) -> float:
    """The published figure of ``(3, batch, frames, N)``."""
    return nrmse(np.moveaxis(found, 0, -1), np.moveaxis(reference, 0, -1))


def gas_run(states: Array, grid: Grid, mu: float, by_density: bool) -> Array:
    """Density, velocity and pressure ``(3, batch, frames, N)`` by Fourier modes and Runge-Kutta steps.

    The stress is ``mu v_x``, or ``mu rho v_x``. For smooth states; two thirds of the modes are kept.
    """
    import jax
    import jax.numpy as jnp

    from codepde.precision import double_precision

    points = grid.num_points
    wave = 2.0 * np.pi / grid.extent * np.arange(points // 2 + 1)
    kept = np.arange(points // 2 + 1) <= points // 3
    stiff = mu * (1.0 if by_density else 1.0 / states[0].min()) * (wave * kept).max() ** 2
    steps = math.ceil(grid.times[1] * max(stiff / 1.2, 60.0 * (wave * kept).max() / 2.4))

    def slope(u: Any) -> Any:
        return jnp.fft.irfft(1j * wave * kept * jnp.fft.rfft(u), points)

    def rates(u: Any) -> Any:
        rho, v, p = u
        v_x = slope(v)
        stress = mu * (rho if by_density else 1.0) * v_x
        changes = jnp.stack(
            [
                -slope(rho * v),
                -v * v_x + slope(stress - p) / rho,
                -v * slope(p) - gas.GAMMA * p * v_x + (gas.GAMMA - 1.0) * stress * v_x,
            ]
        )
        return jnp.fft.irfft(kept * jnp.fft.rfft(changes), points)

    def step(_: Any, u: Any) -> Any:
        dt = grid.times[1] / steps
        a = rates(u)
        b = rates(u + 0.5 * dt * a)
        c = rates(u + 0.5 * dt * b)
        return u + dt / 6.0 * (a + 2.0 * b + 2.0 * c + rates(u + dt * c))

    with double_precision():
        to_frame = jax.jit(lambda u: jax.lax.fori_loop(0, steps, step, u))
        frames = [np.asarray(states)]
        for _ in range(grid.frames - 1):
            frames.append(np.asarray(to_frame(frames[-1])))
    return np.stack(frames, axis=2)


def darcy_grid(quick: bool) -> Iterator[Defect]:
    """Values at cell centres that were computed as if they stood at vertices."""
    family = opened("darcy").family
    a = draw_batch(family, DEV, 1).inputs["a"][0]
    centres = darcy.solution(a).fields["u"]
    vertices = five_points(a)
    yield Defect(
        "darcy",
        "421 x 421 values on vertices, the outermost on the boundary",
        "a constant on each of 421 x 421 cells, values at their centres, as stated",
        f"the two are {nrmse(vertices[None], centres[None]):.1e} apart for the same array (one sample)",
    )
    x = (np.arange(421) + 0.5) / 421
    apart = nrmse(uniform(np.linspace(0.0, 1.0, 421))[None], uniform(x)[None])
    yield Defect(
        "darcy",
        "the grid alone: a = 1, exact values at vertices",
        "exact values at centres",
        f"{apart:.1e} apart",
    )


def five_points(a: Array) -> Array:
    """``−∇·(a∇u) = 1`` on vertices with the five-point scheme, a in the mean of two neighbours."""
    from scipy import sparse
    from scipy.sparse.linalg import spsolve

    n = len(a) - 2
    inner = np.arange(n * n).reshape(n, n)
    along, across = 0.5 * (a[1:] + a[:-1])[:, 1:-1], 0.5 * (a[:, 1:] + a[:, :-1])[1:-1]
    diagonal = along[1:] + along[:-1] + across[:, 1:] + across[:, :-1]
    rows = [inner.ravel(), inner[1:].ravel(), inner[:-1].ravel(), inner[:, 1:].ravel(), inner[:, :-1].ravel()]
    columns = [
        inner.ravel(),
        inner[:-1].ravel(),
        inner[1:].ravel(),
        inner[:, :-1].ravel(),
        inner[:, 1:].ravel(),
    ]
    values = [diagonal, -along[1:-1], -along[1:-1], -across[:, 1:-1], -across[:, 1:-1]]
    where = (np.concatenate(rows), np.concatenate(columns))
    matrix = sparse.csc_matrix((np.concatenate([value.ravel() for value in values]), where))
    solved = spsolve(matrix * (len(a) - 1.0) ** 2, np.ones(n * n), permc_spec="MMD_AT_PLUS_A")
    return np.pad(solved.reshape(n, n), 1)


def uniform(x: Array) -> Array:
    """The solution for a = 1 on the tensor grid of ``x``, by its series of sines and hyperbolic cosines."""
    u = np.tile(0.5 * x[:, None] * (1.0 - x[:, None]), (1, len(x)))
    for k in np.pi * np.arange(1, 200, 2):
        # cosh(k (y − 1/2)) / cosh(k/2), written so that nothing overflows
        ratio = (np.exp(-k * x) + np.exp(-k * (1.0 - x))) / (1.0 + np.exp(-k))
        u -= 4.0 / k**3 * np.outer(np.sin(k * x), ratio)
    return np.asarray(u)


FAMILIES: dict[str, Callable[[bool], Iterator[Defect]]] = {
    "advection": advection,
    "burgers": burgers,
    "reacdiff1d": reacdiff1d,
    "cns1d": cns1d,
    "darcy": darcy_grid,
}
HEAD = "| family | published | right | figure |\n|---|---|---|---|"


def row(defect: Defect) -> str:
    """One line of the table."""
    return f"| {defect.family} | {defect.published} | {defect.right} | {defect.figure} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", choices=tuple(FAMILIES))
    parser.add_argument("--json", action="store_true", dest="as_json")
    given = parser.parse_args(arguments)
    found = []
    if not given.as_json:
        print(HEAD)
    for name in given.only or FAMILIES:
        for defect in FAMILIES[name](given.quick):
            found.append(defect)
            if not given.as_json:
                print(row(defect), flush=True)
    if given.as_json:
        print(json.dumps({"load": os.getloadavg()[0], "defects": list(map(asdict, found))}, indent=1))


if __name__ == "__main__":
    main()
