"""Tables of methods on one budget: medians, intervals, and seeds won against best of n."""

from __future__ import annotations

import pytest
from toy import MemoryStore, ToyEvaluator, ToyModel, ToyProblem, reply

from solversmith import methods, pools
from solversmith.broker import Broker, Budget
from solversmith.one_budget import RunCell, cell_of, paired, sign_test, tables
from solversmith.search import search
from solversmith.summary import summarised


def cells(method: str, tests: list[float | None], floor: float | None = None) -> list[RunCell]:
    return [RunCell("toy", method, seed, test, test, 12.0, 6, floor) for seed, test in enumerate(tests)]


def test_the_sign_test_is_exact() -> None:
    assert sign_test(8, 0) == pytest.approx(2 / 256)
    assert sign_test(1, 1) == sign_test(0, 0) == 1.0
    assert sign_test(2, 6) == sign_test(6, 2) == pytest.approx(2 * 37 / 256)


def test_pairs_are_seeds_a_failure_loses_and_what_the_reference_can_not_tell_is_equal() -> None:
    one = {cell.seed: cell for cell in cells("a", [0.1, None, 0.5, 1e-9, None], floor=1e-6)}
    other = {cell.seed: cell for cell in cells("b", [0.2, 0.3, 0.4, 1e-8, None])}
    assert paired(one, other) == (1, 2, 2)
    assert paired(one, {}) == (0, 0, 0)


def test_a_table_for_each_problem_with_better_methods_first() -> None:
    eight = [0.1 * seed for seed in range(1, 9)]
    found = tables(
        [*cells("best-of-n", [loss + 1 for loss in eight]), *cells("eoh", eight), *cells("tree", [None] * 8)],
        "16 calls",
        16.0,
    )
    assert [table.title for table in found] == ["toy, 16 calls, 8 seeds"]
    rows = found[0].rows
    assert [row["method"] for row in rows] == ["eoh", "best-of-n", "tree"]
    assert (rows[0]["record"], rows[0]["p"], rows[0]["spent"]) == ("8 : 0 (0)", "0.008", 0.75)
    assert [row.get("p_holm") for row in rows] == ["0.016", None, "0.016"]
    assert rows[0]["test_between"] == "0.1 .. 0.8"
    assert (rows[2]["solved"], rows[2].get("test"), rows[2]["record"]) == (0.0, None, "0 : 8 (0)")
    assert "record" not in rows[1]
    assert found[0].shown()


def test_few_seeds_have_no_interval() -> None:
    found = tables(cells("best-of-n", [0.1, 0.2]), "1 USD", 1.0)
    assert found[0].rows[0]["test_between"] is None


def test_words_behind_the_last_program_are_spent_too() -> None:
    store = MemoryStore()
    script = {(0, 0): reply(4), (1, 0): reply(9)}
    broker = Broker(store, {"writer": ToyModel(script)}, budget=Budget(calls=3))
    search(
        problem=ToyProblem(),
        method=methods.build("reevo", {"n": 8, "debug_rounds": 0}),
        broker=broker,
        evaluator=ToyEvaluator(),  # type: ignore[arg-type]
        pool=pools.chosen("serial"),
    )
    summary = summarised("toy", {}, store.journal, store.text)
    cell = cell_of(summary, store.journal, "reevo", "calls", 3.0)
    assert (cell.spent, cell.programs, cell.dev) == (3.0, 2, 1.0)
