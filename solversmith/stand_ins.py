"""What a search measures against where there is no best-known value: the best human program's objective.

A candidate without a loss can't be ranked, so a search over such cases would find nothing. Before it begins,
every human program is run once on the dev cases in question, and the best objective becomes their stand-in.
It is recorded under `environment.stand_ins` of the run and read from there ever after: the losses of one run
are measured against one thing. It is no best-known value, and nothing but a run has it: `score` shows the
objective alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from solversmith.contract.problem import DEV, Problem, StandIn, WithStandIns
from solversmith.errors import UsageError
from solversmith.evaluate import Evaluator
from solversmith.humans import evaluate_human
from solversmith.records.verdict import Verdict

ENVIRONMENT_KEY = "stand_ins"


def are_missing(problem: Problem) -> bool:
    """Whether a search on this problem has to find stand-ins first."""
    return isinstance(problem, WithStandIns) and bool(problem.unreferenced(DEV))


def recorded(found: Mapping[str, StandIn]) -> dict[str, Any]:
    """Stand-ins as a run's environment holds them."""
    return {digest: {"value": one.value, "program": one.program} for digest, one in sorted(found.items())}


def read(environment: Mapping[str, Any]) -> dict[str, StandIn]:
    """The stand-ins that a run's environment holds."""
    kept: Mapping[str, Any] = environment.get(ENVIRONMENT_KEY, {})
    return {digest: StandIn(one["value"], str(one["program"])) for digest, one in kept.items()}


def given(problem: Problem, found: Mapping[str, StandIn]) -> Problem:
    """The problem with these stand-ins."""
    return problem.with_stand_ins(found) if found and isinstance(problem, WithStandIns) else problem


def measured(evaluator: Evaluator, tell: Callable[[str], None]) -> dict[str, StandIn]:
    """The best objective of all human programs on each dev case that has nothing to measure against.

    Raises
    ------
    UsageError
        No dev case has anything to measure against, since no human program solves any.
    """
    problem = evaluator.problem
    if not isinstance(problem, WithStandIns):
        return {}
    cases = problem.unreferenced(DEV)
    tell(
        f"{len(cases)} dev cases have no best-known value: the best human program's objective will stand in "
        "(--best-known FILE gives values)"
    )
    found: dict[str, StandIn] = {}
    for name, source in evaluator.problem.solvers.items():
        tell(f"human program {name} on {len(cases)} dev cases without a best-known value")
        score = evaluate_human(evaluator, source, DEV, cases)  # classical ones ask for packages
        for case, one in zip(cases, score.cases, strict=True):
            objective = one.metrics.get("objective")
            if one.verdict is not Verdict.OK or not isinstance(objective, int | float):
                continue
            kept = found.get(case.digest)
            if kept is None or problem.better_objective(objective, kept.value):
                found[case.digest] = StandIn(objective, name)
    if not found and len(cases) == len(evaluator.problem.cases(DEV)):
        raise UsageError(
            "no dev case has a best-known value and no human program solves any, so no candidate could have "
            "a loss: give values by --best-known FILE, other cases, or a longer --time-limit"
        )
    return found
