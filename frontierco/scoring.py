"""From the solutions of one execution to the score of a case."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from frontierco.anytime import Point, Trajectory
from frontierco.cases import CaseData
from frontierco.definition import Definition
from frontierco.evaluation import Evaluation
from frontierco.published import Published, published_result
from solversmith.contract import INTEGRAL, LAST, OURS, PUBLISHED, Answer, CaseScore, Solution, Verdict

TARGETS = {"5_percent": 0.05, "1_percent": 0.01}
SHARES = (0.01, 0.1, 0.5, 1.0)  # of the time limit, at which the gap is told
GAP, PRIMAL_INTEGRAL, PUBLISHED_LOSS = "gap of the last solution", "primal integral", "1 - published score"


@dataclass(frozen=True)
class LossRule:
    """What makes a loss of a case: whose arithmetic, and what of the solutions counts."""

    scoring: str = OURS
    score: str = LAST

    @property
    def name(self) -> str:
        """The loss in words, for records and captions."""
        if self.scoring == PUBLISHED:
            return PUBLISHED_LOSS
        return PRIMAL_INTEGRAL if self.score == INTEGRAL else GAP


def score_case(
    definition: Definition, name: str, data: CaseData, answer: Answer, rule: LossRule | None = None
) -> CaseScore:
    """The last whole solution counts: an infeasible one is a failure, else `rule` makes its loss.

    By default that is its gap. Solutions of which at most the stamp was kept are counted, not evaluated.
    Without anything to measure against the loss is `None` and the objective stands alone. By the published
    rule a solution fails exactly if the published evaluation has no score for it, whatever ours says.
    """
    rule = rule or LossRule()
    last = _evaluate(definition, data, answer.solutions[-1])
    if last is None:
        raise ValueError("the last solution of an answer always has its arrays")
    trajectory = _trajectory(definition, data, answer, last)
    published = published_result(definition, data.instance, answer.last, last, _published_best(data))
    metrics = {**_metrics(data, answer, trajectory, published), **_claimed(definition, answer.last)}
    measured = _measured(trajectory)
    fingerprint = {"objective": last.objective}
    message = _violations(last, trajectory)
    if rule.scoring == PUBLISHED:
        verdict, loss, message = _by_published(published, message)
    elif last.violations:
        verdict, loss = Verdict.INFEASIBLE, None
    else:
        by_time = rule.score == INTEGRAL
        loss = trajectory.primal_integral() if by_time else trajectory.gap(last.objective)
        verdict = Verdict.OK
    return CaseScore(name, verdict, loss, metrics, message, fingerprint, measured)


def _violations(last: Evaluation, trajectory: Trajectory) -> str:
    message = "; ".join(last.violations)
    if message and trajectory.improvements:
        message += " (an earlier solution was feasible, but the last one counts)"
    return message


def _by_published(published: Published, ours: str) -> tuple[Verdict, float | None, str]:
    if published.says:
        return Verdict.INFEASIBLE, None, f"the published evaluation: {published.says}"
    loss = None if published.score is None else 1.0 - published.score
    return Verdict.OK, loss, f"infeasible, but the published evaluation takes it: {ours}" if ours else ""


def _published_best(data: CaseData) -> float | None:
    return data.target if data.best_known is None else data.best_known.published_value


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
        data.target,
        answer.limit_s,
        answer.count - len(points),
    )


def _metrics(
    data: CaseData, answer: Answer, trajectory: Trajectory, published: Published
) -> Mapping[str, Any]:
    curve = trajectory.improvements
    objective = trajectory.points[-1].objective
    return {
        "size": data.instance.size,
        "part": data.part,
        "objective": objective,
        "best_objective": curve[-1].objective if curve else None,
        "best_known": data.best_known.value if data.best_known else None,
        "stand_in": data.stand_in.program if data.stand_in and not data.best_known else None,
        "gap": trajectory.gap(objective),
        "published_objective": published.objective,
        "published_score": published.score,
        "published_says": published.says or None,
        "convention": data.convention,
        "limit_s": answer.limit_s,
        "solutions": answer.count,
        "unevaluated": trajectory.unevaluated,
        "regressed": trajectory.regressed,
    }


def _claimed(definition: Definition, last: Mapping[str, Any]) -> Mapping[str, float]:
    """What the program says its objective is, if that is a number; nothing is made of it."""
    said = last.get(definition.claim or "", ())
    return {"claimed_objective": float(said[0])} if len(said) and math.isfinite(said[0]) else {}


def _measured(trajectory: Trajectory) -> Mapping[str, Any]:
    """What the clock has a part in: equal answers differ in it."""
    curve, limit_s = trajectory.improvements, trajectory.limit_s
    return {
        "primal_integral": trajectory.primal_integral(),
        **{f"time_to_{name}_s": trajectory.time_to(target) for name, target in TARGETS.items()},
        **{f"par2_{name}_s": trajectory.par2_s(target) for name, target in TARGETS.items()},
        "gap_at": {f"{100 * share:g} %": trajectory.gap_at(share * limit_s) for share in SHARES},
        "first_feasible_s": curve[0].t_s if curve else None,
        "half_way_s": trajectory.half_way_s(),
        "last_improvement_s": curve[-1].t_s if curve else None,
        "trajectory": trajectory.rows(),
    }
