"""A family of problems, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from codepde.grid import Array, Grid
from codepde.published.layouts import Layout
from codepde.references.reference import MOST_ESTIMATE, Floor, Solve
from codepde.sample import Draw

# Fields of one reference to the least size that errors of each are measured by.
Scales = Callable[[Mapping[str, Array]], Mapping[str, float]]
# Fields (batch, frames, *space) and inputs (batch, ...) to the largest relative violation of exact budgets.
Budgets = Callable[[Mapping[str, Array], Mapping[str, Array], Grid, Mapping[str, float]], Mapping[str, float]]


@dataclass(frozen=True)
class Output:
    """One field that programs return.

    Attributes
    ----------
    name
        In answers, references and metrics.
    symbol
        In pictures and messages.
    starts_as
        The input that the first frame has to equal; `None` for what has no initial state.
    """

    name: str
    symbol: str
    starts_as: str | None = None


@dataclass(frozen=True)
class Family:
    """Everything in which one family differs from another.

    Attributes
    ----------
    name
        Of the problem; also names its random streams.
    equation
        For records: one line.
    grid
        Points and times that programs get and answer on.
    coefficients
        Parameter labels as given to the values that are passed, both in the order of the signature.
    inputs
        The arrays that `solver` gets, in the order of its signature; after them come ``t_coordinate`` where
        there is time, and the coefficients.
    outputs
        The arrays that it returns, in this order.
    draw, stream
        Samples, and the name and version of their random streams: part of every key.
    solve, floor
        The reference and its distance to the generating formula; no `floor` where states are exact.
    method, version
        How the reference is made, and the version of that; a new version makes old cache entries unused.
    validity
        Where the reference holds, in a sentence.
    most_estimate
        What no sample's estimate exceeds.
    scales
        Least sizes for the errors of fields that may vanish.
    budgets
        Exact balances that need no reference.
    residual
        The same for steady problems: how far the values at the points are from satisfying the equation there.
    periodic
        Whether shifted inputs have shifted solutions.
    boosts
        Where there is one dimension and a moving observer sees another solution: what each field gains for
        every unit of the observer's speed. `u_t + (u²/2)_x = …` has 1; empty where there is no such thing.
    l1
        Whether errors in the 1-norm are told, too: for solutions with shocks.
    domain
        The input that is 0 at points outside the domain, where answers are ignored; `None` where every point
        is scored.
    samples, wall_s
        Of a split, and of one execution on a whole batch, unless somebody says otherwise.
    published_wall_s, published
        The limit of the published benchmark, and its files; `None` where there are none.
    """

    name: str
    equation: str
    grid: Grid
    coefficients: Mapping[str, float]
    inputs: tuple[str, ...]
    outputs: tuple[Output, ...]
    draw: Draw
    stream: str
    solve: Solve
    method: str
    version: str
    floor: Floor | None = None
    validity: str = ""
    most_estimate: float = MOST_ESTIMATE
    scales: Scales | None = None
    budgets: Budgets | None = None
    residual: Budgets | None = None
    periodic: bool = True
    boosts: Mapping[str, float] = field(default_factory=dict)
    l1: bool = False
    domain: str | None = None
    samples: Mapping[str, int] = field(default_factory=lambda: {"dev": 8, "test": 32})
    wall_s: float = 60.0
    published_wall_s: float = 1200.0
    published: Layout | None = None
