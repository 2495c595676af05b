"""What the tests of every combinatorial problem do: a harness and programs, run in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
from hypothesis import strategies as st

from frontierco.instances import Graph, graph
from solversmith.contract import ProblemOptions


def harness_of(build: Callable[..., Any]) -> dict[str, Any]:
    """The names of a problem's harness as the sandbox runs it: from source alone."""
    return _names(build({}, ProblemOptions()).harness, "harness")


def program(source: str, monkeypatch: Any, limit_s: float, **about: Any) -> dict[str, Any]:
    """The names of a program that finds `about` and its limit where programs find them."""
    monkeypatch.setenv("SOLVERSMITH_CASE", json.dumps({"time_limit_s": limit_s, "seed": 1, **about}))
    return _names(source, "program")


@st.composite
def graphs(draw) -> Graph:
    """Graphs of at most 8 vertices."""
    n = draw(st.integers(1, 8))
    pairs = list(combinations(range(1, n + 1), 2))
    edges = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return graph(n, np.array(edges, dtype=np.int64).reshape(-1, 2))


def _names(source: str, name: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": name}
    # Else the source is compiled under this module's own `from __future__` lines.
    exec(compile(source, f"{name}.py", "exec", dont_inherit=True), names)  # noqa: S102
    return names
