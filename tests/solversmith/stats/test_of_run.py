"""Pools, costs and curves from journals that were made by searches."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from toy import MemoryStore, ToyEvaluator, ToyModel, ToyProblem, reply

from solversmith import methods, pools
from solversmith.broker import Broker, Budget
from solversmith.candidates import Counted, best_of_k, independent
from solversmith.contract import Price
from solversmith.records import ProposalRecord, Record, Verdict
from solversmith.search import finish, search
from solversmith.stats.costs import Cost
from solversmith.stats.of_run import Pool, at_k, costs_of, pool_of, sizes, steps_of

VALUES = [4, 9, "None", 6]  # losses 1, 5, a failure, 2


def journal(name: str = "best-of-n", score_all: bool = False, **given: Any) -> list[Record]:
    script = {(number, 0): reply(value) for number, value in enumerate(VALUES)}
    store = MemoryStore()
    broker = Broker(store, {"writer": ToyModel(script, price=Price(1e6, 0.0))}, **given)
    selection = search(
        problem=ToyProblem(),
        method=methods.build(name, {"n": 4, "debug_rounds": 0}),
        broker=broker,
        evaluator=ToyEvaluator(),  # type: ignore[arg-type]
        pool=pools.chosen("serial"),
    )
    finish(
        problem=ToyProblem(),
        broker=broker,
        evaluator=ToyEvaluator(),  # type: ignore[arg-type]
        selection=selection,
        score_all=score_all,
    )
    return store.journal


def test_independent_attempts_are_a_pool() -> None:
    pool = pool_of(journal(), 4, 100.0, True)
    assert pool is not None
    assert pool.dev == (1.0, 5.0, None, 2.0)
    assert (pool.failed, pool.valid) == ((0, 0, 2, 0), (True, True, False, True))
    assert (pool.test, pool.failure_loss) == (None, 100.0)
    assert pool.costs[0] == Cost(1.0, 15.0, 10.0, 0.5)


@pytest.mark.parametrize(
    ("name", "wanted", "given"),
    [("greedy-refine", 4, {}), ("best-of-n", 5, {}), ("best-of-n", 4, {"budget": Budget(calls=3)})],
)
def test_a_search_and_what_a_budget_ended_are_none(name: str, wanted: int, given: dict[str, Any]) -> None:
    assert pool_of(journal(name, **given), wanted, 100.0, True) is None


def test_estimates_of_a_pool() -> None:
    pool = pool_of(journal(score_all=True), 4, 100.0, True)
    assert pool is not None
    assert pool.test == (1.0, 5.0, 100.0, 2.0)
    one, two, four = (at_k(pool, k) for k in (1, 2, 4))
    assert one.best is not None
    assert one.best.value == pytest.approx(27.0)
    assert two.best is not None
    assert two.best.value == pytest.approx((1 + 1 + 1 + 2 + 5 + 2) / 6)
    assert (four.best.value if four.best else None, four.test, four.passed) == (1.0, 1.0, 1.0)
    assert (one.median, one.passed, two.passed) == (2.0, 0.75, 1.0)
    assert at_k(pool, 1, good=2.0).passed == 0.5
    assert two.cost == Cost(2.0, 30.0, 20.0, 1.0)
    assert two.test == pytest.approx(two.best.value)


def test_where_failures_are_not_averaged_there_is_no_mean_but_a_median() -> None:
    pool = pool_of(journal(), 4, 1.0, False)
    assert pool is not None
    found = at_k(pool, 2)
    assert (found.best, found.median, found.test) == (None, 1.0, None)


def test_no_failure_outranks_what_solved_every_case() -> None:
    costs = (Cost(), Cost(), Cost())
    pool = Pool((0.5, 0.3, None), (0, 1, 4), costs, test=(0.6, 0.2, 1.0), failure_loss=None)
    assert pool.places == (0.0, 1.0, 2.0)
    found = at_k(pool, 3)
    assert (found.median, found.test) == (0.5, 0.6)
    assert at_k(pool, 1, good=0.4).passed == 0.0


def test_the_best_of_k_is_that_of_a_table_where_some_failed_in_part() -> None:
    costs = (Cost(),) * 4
    pool = Pool((0.5, 0.3, None, 0.4), (0, 1, 4, 0), costs, failure_loss=1.0)
    one = Counted("c", Verdict.OK, 0.0, 0, 1, 0.0, Cost(), Cost())
    both = zip(pool.dev, pool.failed, strict=True)
    rows = [replace(one, loss=loss, failed=failed) for loss, failed in both]
    found = [at_k(pool, k).best for k in (1, 2, 3, 4)]
    assert [best.value if best else None for best in found] == [
        best_of_k(rows, k, 1.0, True) for k in (1, 2, 3, 4)
    ]
    assert best_of_k(rows, 4, 1.0, True) == 0.4


def test_what_others_had_reached_makes_no_pool() -> None:
    """A cascade cuts off what it need not measure; a bandit asks those that did well."""
    made = journal()
    first = next(place for place, record in enumerate(made) if isinstance(record, ProposalRecord))
    for change in ({"cutoff": (0, 1.0)}, {"model": "another"}):
        changed = [*made]
        changed[first] = replace(made[first], **change)  # type: ignore[arg-type]
        assert pool_of(changed, 4, 100.0, True) is None
        assert not independent(changed)
    assert independent(made)


def test_sizes() -> None:
    assert sizes(1) == (1,)
    assert sizes(12) == (1, 2, 4, 8, 12)


def test_steps_and_costs_count_words_too() -> None:
    found = journal("reevo")
    costs, steps = costs_of(found), steps_of(found, "calls")
    assert sum(cost.calls for cost in costs.values()) > len(steps)
    assert [step.spent for step in steps] == sorted(step.spent for step in steps)
    assert [step.loss for step in steps[:2]] == [1.0, 5.0]
    assert steps_of(found, "cpu_s")[-1].spent == pytest.approx(0.5 * len(steps))
    with pytest.raises(KeyError):
        steps_of(found, "hours")
