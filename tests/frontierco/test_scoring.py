"""From solutions to a case's score."""

import json
from dataclasses import replace

import numpy as np
import pytest

from frontierco.best_known import BestKnown
from frontierco.cases import CaseData
from frontierco.instances import PointSet
from frontierco.scoring import LossRule, score_case
from problems.co.tsp.problem import DEFINITION
from solversmith.contract import INTEGRAL, PUBLISHED, Answer, Solution, StandIn, Verdict

GOOD, LONG, BROKEN = [0, 1, 2, 3], [0, 2, 1, 3], [0, 1, 1, 3]  # lengths 40 and 48 on the square


def score(
    square, *solutions, best: float | None = 32, limit_s=10.0, rule=None, stand_in=None, definition=DEFINITION
):
    known = None if best is None else BestKnown(best, "nint", "by hand")
    data = CaseData(PointSet(square, "nint"), "nint", known, "built-in", stand_in)
    found = tuple(
        Solution(t, None if tour is None else {"tour": np.array(tour, dtype=np.int64)})
        for t, tour in solutions
    )
    return score_case(definition, "some name", data, Answer(found, 9.0, limit_s, "returned"), rule)


def test_the_last_solution_counts(square) -> None:
    found = score(square, (1.0, LONG), (2.0, GOOD))
    assert (found.verdict, found.loss) == (Verdict.OK, 8 / 40)
    metrics = found.metrics
    assert (metrics["objective"], metrics["best_known"], metrics["gap"]) == (40, 32, 0.2)
    assert found.measured["primal_integral"] == pytest.approx((1 * 1.0 + 1 * (16 / 48) + 8 * 0.2) / 10)
    assert found.measured["trajectory"] == [[1.0, 48, 16 / 48], [2.0, 40, 0.2]]
    assert found.measured["time_to_5_percent_s"] is None
    assert (found.measured["first_feasible_s"], found.measured["last_improvement_s"]) == (1.0, 2.0)
    assert not metrics["regressed"]
    assert found.fingerprint == {"objective": 40}


def test_what_the_clock_says_stands_under_measured_alone(square) -> None:
    early, late = score(square, (1.0, LONG), (2.0, GOOD)), score(square, (3.0, LONG), (4.0, GOOD))
    assert early.metrics == late.metrics
    assert early.measured != late.measured


def test_a_worse_last_solution_counts_and_is_marked(square) -> None:
    found = score(square, (1.0, GOOD), (2.0, LONG))
    assert found.loss == 16 / 48
    assert found.metrics["regressed"]
    assert found.metrics["best_objective"] == 40


def test_an_infeasible_last_solution_is_a_failure(square) -> None:
    found = score(square, (1.0, GOOD), (2.0, BROKEN))
    assert (found.verdict, found.loss) == (Verdict.INFEASIBLE, None)
    assert found.message.startswith("city 1 visited twice (positions 1 and 2); city 2 never visited")
    assert "an earlier solution was feasible" in found.message
    assert found.measured["trajectory"] == [[1.0, 40, 0.2], [2.0, None, None]]
    assert found.metrics["objective"] is None
    assert found.measured["primal_integral"] == pytest.approx((1 + 9 * 0.2) / 10)


def test_an_infeasible_solution_on_the_way_costs_nothing(square) -> None:
    found = score(square, (1.0, BROKEN), (2.0, GOOD))
    assert (found.verdict, found.loss) == (Verdict.OK, 0.2)


def test_stamps_without_arrays_are_counted_not_evaluated(square) -> None:
    found = score(square, (1.0, LONG), (1.5, None), (1.7, None), (2.0, GOOD))
    assert (found.metrics["solutions"], found.metrics["unevaluated"]) == (4, 2)
    assert [row[0] for row in found.measured["trajectory"]] == [1.0, 2.0]


def test_those_that_were_not_even_stamped_are_counted_too(square) -> None:
    solutions = (Solution(1.0, {"tour": np.array(LONG)}), Solution(2.0, {"tour": np.array(GOOD)}))
    answer = Answer(solutions, 2.0, 10.0, "returned", left_out=250_000)
    assert answer.count == 250_002
    data = CaseData(PointSet(square, "nint"), "nint", None, "built-in")
    found = score_case(DEFINITION, "some name", data, answer)
    assert (found.metrics["solutions"], found.metrics["unevaluated"]) == (250_002, 250_000)


def test_without_a_best_known_value_the_objective_stands_alone(square) -> None:
    found = score(square, (1.0, GOOD), best=None)
    assert (found.verdict, found.loss, found.metrics["objective"]) == (Verdict.OK, None, 40)
    assert found.measured["primal_integral"] is None


def test_beating_the_best_known_value_is_negative(square) -> None:
    found = score(square, (1.0, GOOD), best=50)
    assert found.loss == -0.2
    assert found.measured["time_to_1_percent_s"] == 1.0
    assert found.measured["primal_integral"] == pytest.approx(0.1)


def test_records_are_json_and_bounded_whatever_the_number_of_solutions(square) -> None:
    solutions = [(i / 500, GOOD if i % 3 else LONG) for i in range(5000)]
    found = score(square, *solutions)
    text = json.dumps({**found.metrics, **found.measured}, allow_nan=False)
    assert len(found.measured["trajectory"]) <= 200
    assert len(text) < 20_000


def test_the_last_solution_must_be_there(square) -> None:
    with pytest.raises(ValueError, match="always has its arrays"):
        score(square, (1.0, GOOD), (2.0, None))


def test_the_curve_is_told_by_shares_of_the_limit(square) -> None:
    found = score(square, (0.5, LONG), (6.0, GOOD))
    assert found.measured["gap_at"] == {"1 %": None, "10 %": 16 / 48, "50 %": 16 / 48, "100 %": 0.2}
    assert (found.measured["half_way_s"], found.measured["par2_1_percent_s"]) == (6.0, 20.0)


def test_the_primal_integral_may_be_the_loss(square) -> None:
    rule = LossRule(score=INTEGRAL)
    found = score(square, (1.0, LONG), (2.0, GOOD), rule=rule)
    assert found.loss == found.measured["primal_integral"] == pytest.approx((1.0 + 16 / 48 + 8 * 0.2) / 10)
    assert found.metrics["gap"] == 0.2
    failed = score(square, (1.0, GOOD), (2.0, BROKEN), rule=rule)
    assert (failed.verdict, failed.loss) == (Verdict.INFEASIBLE, None)


def test_the_published_score_stands_beside_ours(square) -> None:
    found = score(square, (1.0, GOOD), best=50)
    assert (found.loss, found.metrics["published_score"]) == (-0.2, pytest.approx(1 - 10 / 50))
    assert score(square, (1.0, BROKEN)).metrics["published_says"] == "not every city is visited exactly once"


def test_the_published_arithmetic_makes_the_loss_only_where_it_is_asked_for(square) -> None:
    rule = LossRule(scoring=PUBLISHED)
    assert score(square, (1.0, GOOD), best=50, rule=rule).loss == pytest.approx(10 / 50)
    failed = score(square, (1.0, BROKEN), rule=rule)
    assert (failed.verdict, failed.loss) == (Verdict.INFEASIBLE, None)
    assert failed.message == "the published evaluation: not every city is visited exactly once"


def test_the_published_tour_is_not_rounded() -> None:
    """Best tours of TSPLIB score less than 1 there: their values are for rounded distances."""
    triangle = np.array([(0, 0), (1, 1), (0, 2.1)])
    found = score(triangle, (1.0, [0, 1, 2]), best=4)
    assert (found.metrics["objective"], found.loss) == (4, 0.0)
    assert found.metrics["published_objective"] == pytest.approx(2**0.5 + 2.21**0.5 + 2.1)
    assert found.metrics["published_score"] < 1


def test_what_ours_refuses_and_the_published_evaluation_takes(square) -> None:
    """The loss is what it says, traps included, and what ours says stands in the message."""
    lax = replace(DEFINITION, published=lambda instance, arrays: -999783.0)
    found = score(square, (1.0, BROKEN), best=50, rule=LossRule(scoring=PUBLISHED), definition=lax)
    assert (found.verdict, found.loss) == (Verdict.OK, pytest.approx(999833 / 50))
    assert found.message.startswith("infeasible, but the published evaluation takes it: city 1 visited twice")


def test_a_stand_in_is_measured_against_and_marked(square) -> None:
    found = score(square, (1.0, GOOD), best=None, stand_in=StandIn(32, "expert"))
    assert (found.loss, found.metrics["best_known"], found.metrics["stand_in"]) == (0.2, None, "expert")
    known = score(square, (1.0, GOOD), best=40, stand_in=StandIn(32, "expert"))
    assert (known.loss, known.metrics["stand_in"]) == (0.0, None)
