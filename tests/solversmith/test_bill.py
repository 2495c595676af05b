"""The bill: cases x limit / slots, and consent above two hours."""

from __future__ import annotations

import pytest

from problems.co.tsp.problem import build
from solversmith import registry
from solversmith.bill import MOST_UNASKED_S, Bill, Item, demand_consent, run_bill, score_bill
from solversmith.contract import DEV, TEST, ProblemOptions
from solversmith.errors import UsageError

PROBLEM = build({}, ProblemOptions())


def test_a_program_on_the_default_splits() -> None:
    assert score_bill(PROBLEM, PROBLEM.cases(DEV), 2).seconds == 4 * 10 / 2
    bill = score_bill(PROBLEM, PROBLEM.cases(TEST), 2)
    assert bill.seconds == 6 * 60 / 2
    assert bill.text == "bill: 6 test cases x 60 s, 2 at a time: at most 3 min"


def test_a_slot_without_a_case_makes_nothing_faster() -> None:
    assert score_bill(PROBLEM, PROBLEM.cases(DEV)[:1], 8).seconds == 10


def test_a_run_is_its_candidates_one_test_and_the_human_programs() -> None:
    humans = len(PROBLEM.solvers)
    assert run_bill(PROBLEM, 8, 2).seconds == (8 * 4 * 10 + 6 * 60 + humans * 4 * 10) / 2
    assert run_bill(PROBLEM, 8, 2, tests=8, humans=False).seconds == (8 * 4 * 10 + 8 * 6 * 60) / 2
    assert run_bill(PROBLEM, 0, 2, tests=0, humans=False, interactions=3).items == ()


def test_free_runs_repeats_and_the_second_look_at_the_best_are_on_the_bill() -> None:
    plain = run_bill(PROBLEM, 8, 1, humans=False)
    free = run_bill(PROBLEM, 8, 1, humans=False, interactions=3)
    assert free.seconds == plain.seconds + 8 * 3 * 4 * 10
    assert "24 free runs x 4 dev cases x 10 s" in free.text
    assert run_bill(PROBLEM, 8, 1, humans=False, repeats=2, again=2).seconds == 2 * (10 * 4 * 10 + 6 * 60)


def test_orders_and_second_calls_are_on_the_bill() -> None:
    burgers = registry.open_problem("burgers", ProblemOptions())
    score = score_bill(burgers, burgers.cases(DEV), 1, order=True, warm=True)
    assert score.seconds == (1 + 1 + 4) * 60
    assert score.text.startswith("bill: 1 dev case x 60 s + 1 second dev call x 60 s + 4 dev grids x 60 s:")
    plain = run_bill(burgers, 8, 1, humans=False).seconds
    assert run_bill(burgers, 8, 1, humans=False, order=(TEST,)).seconds == plain + 4 * 60
    both = run_bill(burgers, 8, 1, tests=3, humans=False, order=(DEV, TEST), warm=True)
    assert both.seconds == (8 * (1 + 4) + 3 * (1 + 1 + 4)) * 60


def test_the_text_names_every_part() -> None:
    text = run_bill(PROBLEM, 8, 2).text
    assert "8 programs x 4 dev cases x 10 s" in text
    assert "6 test cases x 60 s" in text
    assert "human programs" in text


def long_bill(seconds: float) -> Bill:
    return Bill((Item("dev case", 1, (seconds,)),), 1)


def test_two_hours_are_not_asked_about() -> None:
    demand_consent(long_bill(MOST_UNASKED_S), yes=False, ask=None)


def test_more_wants_a_yes() -> None:
    asked: list[str] = []

    def answer(question: str, said: bool) -> bool:
        asked.append(question)
        return said

    bill = long_bill(MOST_UNASKED_S + 60)
    demand_consent(bill, yes=True, ask=None)
    demand_consent(bill, yes=False, ask=lambda question: answer(question, True))
    assert asked == ["this takes up to 2 h 1 min, more than 2 h. Go on?"]
    for ask in (None, lambda question: answer(question, False)):
        with pytest.raises(UsageError, match="up to 2 h 1 min, more than 2 h: say --yes to run it"):
            demand_consent(bill, yes=False, ask=ask)


def test_cases_with_limits_of_their_own() -> None:
    item = Item("dev case", 3, (10.0, 60.0))
    assert (item.total_s, item.text) == (210.0, "3 programs x 2 dev cases x 10 to 60 s")
