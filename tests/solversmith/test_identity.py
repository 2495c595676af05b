"""What makes a run this run: losses within it are measured alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from toy import ToyModel, ToyProblem

from solversmith import methods
from solversmith.errors import SettingsDiffer
from solversmith.identity import described
from solversmith.settings import RunSettings, Scoring
from solversmith.store import default_name
from solversmith.store.settings import IDENTITY, refuse_difference, resolved
from solversmith.tables.conditions import limits_text


@dataclass(frozen=True)
class Described:
    """A sandbox that only says what it is."""

    level: str = "L3"
    packages: Mapping[str, str] = field(default_factory=lambda: {"numpy": "2.0.0"})
    start: str = "warm"
    claim: Mapping[str, str] = field(default_factory=dict)

    def describe(self) -> Mapping[str, Any]:
        return {
            "level": self.level,
            "start": self.start,
            **self.claim,
            "solver_environment": self.packages,
            "interpreter": {"version": "3.11.7"},
        }


def of(sandbox: Described = Described(), **problem: Any) -> dict[str, Any]:
    method = methods.build("best-of-n", {"n": 2, "debug_rounds": 0})
    settings = RunSettings(problem="toy")
    return resolved(described(settings, replace(ToyProblem(), **problem), ToyModel(), method, sandbox))  # type: ignore[arg-type]


def test_the_same_is_the_same_run() -> None:
    assert default_name(of()) == default_name(of())
    refuse_difference("run", of()[IDENTITY], of()[IDENTITY])


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (of(Described(packages={"numpy": "2.1.0"})), "the versions of Python or of the packages"),
        (of(Described(level="L2")), "isolation: 'L3' -> 'L2'"),
        (of(Described(start="cold")), "start: 'warm' -> 'cold'"),
        (of(Described(claim={"claim": "external", "inner_level": "L2"})), "inner_level: nothing -> 'L2'"),
        (
            of(reference={"kind": "exact", "version": "another"}),
            "the reference or the best-known values changed",
        ),
    ],
)
def test_losses_that_are_measured_otherwise_make_another_run(other: dict[str, Any], told: str) -> None:
    assert default_name(of()) != default_name(other)
    with pytest.raises(SettingsDiffer, match=told):
        refuse_difference("run", of()[IDENTITY], other[IDENTITY])


def test_limits_that_have_a_name_are_recorded_by_it() -> None:
    method = methods.build("best-of-n", {"n": 2, "debug_rounds": 0})
    settings = RunSettings(problem="toy", scoring=Scoring(preset="published"))
    named = resolved(described(settings, ToyProblem(), ToyModel(), method, Described()))  # type: ignore[arg-type]
    assert named[IDENTITY]["limits"]["named"] == "published"
    assert "named" not in of()[IDENTITY]["limits"]
    assert limits_text(named[IDENTITY]["limits"]).endswith(" (published limits)")
    assert default_name(named) != default_name(of())
    settings = RunSettings(problem="toy", scoring=Scoring(preset="published", time_limit_s=1.0))
    other = resolved(described(settings, ToyProblem(), ToyModel(), method, Described()))  # type: ignore[arg-type]
    assert "named" not in other[IDENTITY]["limits"]


def test_losses_without_a_reference_make_another_run_and_what_is_measured_beside_them_none() -> None:
    method = methods.build("best-of-n", {"n": 2, "debug_rounds": 0})

    def identity(**settings: bool) -> dict[str, Any]:
        made = RunSettings(problem="toy", **settings)  # type: ignore[arg-type]
        found: dict[str, Any] = resolved(described(made, ToyProblem(), ToyModel(), method, Described()))[
            IDENTITY
        ]  # type: ignore[arg-type]
        return found

    assert "signals" not in identity()
    assert identity(signals=True)["signals"] is True
    with pytest.raises(SettingsDiffer, match="signals"):
        refuse_difference("run", identity(), identity(signals=True))
    assert identity(warm=True) == identity()
    assert identity(order=True)["order"] is True  # it is told, and so it may change what models write
    assert identity(order=True, feedback=False) == identity(feedback=False)
    assert identity(order=True, signals=True) == identity(signals=True)
