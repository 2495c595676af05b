"""Every published and further setting of the PDE families, each opened as the command line would."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from codepde.problem import PdeProblem
from solversmith import registry
from solversmith.contract import ProblemOptions

FAMILIES = (
    "advection", "burgers", "reacdiff1d", "cns1d", "darcy",
    "kdv", "ks", "allen_cahn2d", "wave2d", "poisson2d", "ns2d",
)  # fmt: skip


def settings(chosen: Sequence[str] = ()) -> Iterator[str]:
    """`NAME:key=value,...` of every setting of every family, or of those that are named.

    A name that stands alone means all settings of that family.
    """
    for name in chosen or FAMILIES:
        if ":" in name:
            yield name
            continue
        parameters = registry.find_module(name).PARAMETERS
        for labels in product(*(sorted(each.values, key=float) for each in parameters)):
            pairs = ",".join(f"{each.name}={label}" for each, label in zip(parameters, labels, strict=True))
            yield f"{name}:{pairs}" if pairs else name


@functools.cache
def opened(setting: str, **options: Any) -> PdeProblem:
    """The problem of a setting, opened once. Raises `TypeError` for one that is no PDE."""
    problem = registry.open_problem(setting, ProblemOptions(**options))
    if not isinstance(problem, PdeProblem):
        raise TypeError(f"{setting} is no PDE")
    return problem
