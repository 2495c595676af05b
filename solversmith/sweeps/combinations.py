"""What runs a file asks for: grid, lists, parameters, includes and excludes. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from solversmith.records.codec import canonical_json, sha256
from solversmith.registry import parse_spec
from solversmith.sweeps.spec import NOT_OF_THE_RUN

PROBLEM = "problem"
Values = dict[str, Any]
Axes = Mapping[str, Sequence[Any]]
_SAID = ("problem", "method", "model", "n", "seed")  # what a name tells in any case, in this order
_MOST_SLUG = 90


def combined(
    common: Values,
    grid: Axes,
    lists: Sequence[Axes],
    includes: Sequence[Axes],
    parameters: Mapping[str, Axes],
) -> list[Values]:
    """The values of every run, in the order of the file, each once.

    `common` stands in every run that does not say otherwise. Each of `lists` is combined with the whole grid
    and goes before it; `includes` are combined with nothing.
    """
    further = [dict(common) | point for axes in includes for point in product(axes)]
    points = [dict(common) | point | own for own in _listed(lists) for point in product(grid)]
    if not grid and not lists and further:
        points = []  # what stands in [run] alone is a run only where nothing else is
    points += further
    whole = [each for point in points for each in _with_parameters(point, parameters)]
    return list({canonical_json(values): values for values in whole}.values())


def product(axes: Axes) -> Iterator[Values]:
    """Every combination, the last key changing fastest; one without keys if there are none."""
    for chosen in itertools.product(*axes.values()):
        yield dict(zip(axes, chosen, strict=True))


def matches(values: Values, rule: Axes) -> bool:
    """Whether a run has one of the values for each key; a problem's name stands for all of its settings."""
    return all(
        values.get(key) in allowed
        or (key == PROBLEM and parse_spec(str(values.get(key)))[0] in [str(each) for each in allowed])
        for key, allowed in rule.items()
    )


def name_of(values: Values, varied: Iterable[str]) -> str:
    """A readable name with a hash of all that makes the run: the same values always have the same one."""
    own = {key: value for key, value in values.items() if key not in NOT_OF_THE_RUN}
    told = [key for key in dict.fromkeys([*_SAID, *varied]) if key in own]
    parts = [_slug(key, own[key]) for key in told]
    slug = "-".join(part for part in parts if part)[:_MOST_SLUG].strip("-.")
    return f"{slug}-{sha256(canonical_json(own))[:8]}"


def _listed(lists: Iterable[Axes]) -> list[Values]:
    return [point for axes in lists for point in product(axes)] or [{}]


def _with_parameters(values: Values, parameters: Mapping[str, Axes]) -> Iterator[Values]:
    """The run for every setting of its problem's parameters, unless the problem states its own."""
    spec = str(values.get(PROBLEM, ""))
    name, given = parse_spec(spec) if spec else ("", {})
    axes = parameters.get(name, {})
    if given or not axes:
        yield values
        return
    for point in product(axes):
        setting = ",".join(f"{key}={value}" for key, value in point.items())
        yield {**values, PROBLEM: f"{name}:{setting}"}


def _slug(key: str, value: Any) -> str:
    text = str(value).lower()
    head, _, tail = text.partition(":")
    short = "-".join(part.rstrip("/").rsplit("/", 1)[-1] for part in (head, tail) if part)
    plain = re.sub(r"[^a-z0-9.]+", "-", short.replace("=", "")).strip("-.")
    return plain if key in ("problem", "method", "model") else f"{key.replace('_', '')}{plain}"
