"""From the solutions of one execution to the score of a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from frontierco.anytime import Point, Trajectory
from frontierco.cases import CaseData
from frontierco.definition import Definition
from frontierco.evaluation import Evaluation
from solversmith.contract import Answer, CaseScore, Solution, Verdict

TARGETS = {"time_to_5_percent_s": 0.05, "time_to_1_percent_s": 0.01}


def score_case(definition: Definition, name: str, data: CaseData, answer: Answer) -> CaseScore:
    """The last whole solution counts: its gap is the loss, an infeasible one is a failure.

    Solutions of which at most the stamp was kept are counted, not evaluated. Without a best-known value the
    loss is `None` and the objective stands alone.
    """
    last = _evaluate(definition, data, answer.solutions[-1])
    if last is None:
        raise ValueError("the last solution of an answer always has its arrays")
    trajectory = _trajectory(definition, data, answer, last)
    metrics, measured = _metrics(data, answer, trajectory), _measured(trajectory)
    fingerprint = {"objective": last.objective}
    if last.violations:
        message = "; ".join(last.violations)
        if trajectory.improvements:
            message += " (an earlier solution was feasible, but the last one counts)"
        return CaseScore(name, Verdict.INFEASIBLE, None, metrics, message, fingerprint, measured)
    return CaseScore(name, Verdict.OK, trajectory.gap(last.objective), metrics, "", fingerprint, measured)


def _evaluate(definition: Definition, data: CaseData, solution: Solution) -> Evaluation | None:
    if solution.arrays is None:
        return None
    return definition.evaluate(data.instance, solution.arrays, data.convention)


def _trajectory(definition: Definition, data: CaseData, answer: Answer, last: Evaluation) -> Trajectory:
    points = []
    for solution in answer.solutions[:-1]:
        evaluation = _evaluate(definition, data, solution)
        if evaluation is not None:
            points.append(Point(solution.t_s, evaluation.objective))
    points.append(Point(answer.solutions[-1].t_s, last.objective))
    return Trajectory(
        tuple(points),
        definition.sense,
        data.best_known.value if data.best_known else None,
        answer.limit_s,
        answer.count - len(points),
    )


def _metrics(data: CaseData, answer: Answer, trajectory: Trajectory) -> Mapping[str, Any]:
    curve = trajectory.improvements
    objective = trajectory.points[-1].objective
    return {
        "size": data.instance.size,
        "part": data.part,
        "objective": objective,
        "best_objective": curve[-1].objective if curve else None,
        "best_known": trajectory.best_known,
        "gap": trajectory.gap(objective),
        "convention": data.convention,
        "limit_s": answer.limit_s,
        "solutions": answer.count,
        "unevaluated": trajectory.unevaluated,
        "regressed": trajectory.regressed,
    }


def _measured(trajectory: Trajectory) -> Mapping[str, Any]:
    """What the clock has a part in: equal answers differ in it."""
    curve = trajectory.improvements
    return {
        "primal_integral": trajectory.primal_integral(),
        **{name: trajectory.time_to(target) for name, target in TARGETS.items()},
        "first_feasible_s": curve[0].t_s if curve else None,
        "last_improvement_s": curve[-1].t_s if curve else None,
        "trajectory": trajectory.rows(),
    }
