"""One program's score in a table: cases, the curve of an anytime program, the reference in a line."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.records.score import CaseScore, combine
from solversmith.records.verdict import Verdict
from solversmith.tables import as_text
from solversmith.tables.scores import (
    case_table,
    curve,
    mean_lines,
    reference_line,
    stand_ins_line,
    title_of,
    total_line,
)


@dataclass(frozen=True)
class Named:
    """As much of a problem as a score's table needs."""

    name: str = "tsp"
    parameters: dict[str, str] = field(default_factory=dict)
    failure_loss: float = 1.0
    reference: dict[str, Any] = field(default_factory=lambda: {"kind": "exact", "error": 1e-6})


def case(name: str, verdict: Verdict, loss: float | None = None, **metrics: Any) -> CaseScore:
    return CaseScore(name, verdict, loss, metrics, measured={"wall_s": 1.25})


def test_a_failed_case_stands_in_its_row_and_counts_in_the_total() -> None:
    score = combine([case("a", Verdict.OK, 0.5), case("b", Verdict.TIME_LIMIT)], 1.0)
    table = case_table(Named(), "dev", score)  # type: ignore[arg-type]
    assert [column.key for column in table.columns] == ["case", "verdict", "loss", "wall_s"]
    assert table.shown() == [["a", "ok", "0.5000", "1.25 s"], ["b", "time_limit", "–", "1.25 s"]]
    total = total_line(Named(), score, "L3")  # type: ignore[arg-type]
    assert total == "verdict time_limit · loss 0.7500, 1 of 2 cases failed · 2.50 s · level L3"


def test_a_combinatorial_case_shows_objective_best_known_and_curve() -> None:
    rows = [[0.1, 150, None], [0.2, 130, 0.3], [1.0, 110, 0.1]]
    found = case("E1k.0", Verdict.OK, 0.1, objective=110, best_known=100, convention="nint", regressed=True)
    score = combine([replace(found, measured={"trajectory": rows})], 1.0)
    text = as_text(case_table(Named(), "test", score))  # type: ignore[arg-type]
    assert "30 % @ 0.2 s → 10 % @ 1 s" in text
    assert "ok, regressed" in text
    shown = case_table(Named(), "test", score).shown()[0]  # type: ignore[arg-type]
    assert shown[3:6] == ["110", "100", "nint"]
    assert "110" in text
    assert "tsp · test" in text


def test_an_infeasible_objective_is_not_shown_as_one() -> None:
    score = combine([case("a", Verdict.INFEASIBLE, objective=5, best_known=9)], 1.0)
    (row,) = case_table(Named(), "dev", score).rows  # type: ignore[arg-type]
    assert row.get("objective") is None


def test_a_case_floor_bounds_what_is_shown() -> None:
    score = combine([case("a", Verdict.OK, 1e-5, error_floor=1e-4)], 1.0)
    assert "<= 1.000e-04" in as_text(case_table(Named(), "dev", score))  # type: ignore[arg-type]
    assert "loss <= 1.000e-04" in total_line(Named(), score, "L3")  # type: ignore[arg-type]


Points = st.lists(st.tuples(st.floats(0, 100), st.floats(-1, 1)), min_size=1, max_size=50)


@given(Points)
def test_a_curve_names_the_first_the_best_and_the_last_in_order(points: list[tuple[float, float]]) -> None:
    points = sorted(points)
    steps = curve(points).split(" → ")
    assert 1 <= len(steps) <= 4
    assert steps[0] == f"{100 * points[0][1]:.3g} % @ {points[0][0]:.2g} s"
    assert float(steps[-1].split(" %")[0]) == pytest.approx(
        100 * points[-1][1], rel=0.01, abs=1e-6
    ) or points[-1][1] == min(gap for _, gap in points)


def test_without_a_feasible_solution_there_is_no_curve() -> None:
    assert curve([]) == ""


def test_sources_of_best_known_values_are_named_once_and_gaps_are_counted() -> None:
    cases = [
        {"case": "a", "best_known": 1, "source": "DIMACS: run 1; not proven"},
        {"case": "b", "best_known": 2, "source": "DIMACS: run 2"},
        {"case": "c", "best_known": None},
    ]
    reference = {"kind": "best-known values", "sense": "min", "cases": {"dev": cases[:1], "test": cases[1:]}}
    line = "reference: best-known values, sense min, DIMACS, 1 cases without a best-known value"
    assert reference_line(reference) == line


def test_a_problem_is_titled_as_it_is_typed() -> None:
    assert title_of("burgers", {"nu": "0.01", "x": "1"}) == "burgers:nu=0.01,x=1"
    assert title_of("tsp", {}) == "tsp"


def anytime_case(name: str, part: str, verdict: Verdict = Verdict.OK, **measured: Any) -> CaseScore:
    loss = 0.25 if verdict is Verdict.OK else None
    return CaseScore(name, verdict, loss, {"part": part}, measured={"limit_s": 10.0, **measured})


def test_easy_and_hard_and_the_means_over_time() -> None:
    reached = {"primal_integral": 0.1, "time_to_1_percent_s": 2.0, "par2_1_percent_s": 2.0}
    missed = {"primal_integral": 0.4, "time_to_1_percent_s": None, "par2_1_percent_s": 20.0}
    cases = [
        anytime_case("a", "easy", **reached),
        anytime_case("b", "easy", **missed),
        anytime_case("c", "hard", Verdict.CRASH),
    ]
    assert mean_lines(Named(), combine(cases, 1.0)) == [  # type: ignore[arg-type]
        "easy: loss 0.2500 (2 cases) · hard: loss none (1 case, 1 failed)",
        "mean primal integral 0.5000 · a gap of 1 % reached in 1 of 3 cases, PAR-2 14.00 s",
    ]
    text = as_text(case_table(Named(), "test", combine(cases, 1.0)))  # type: ignore[arg-type]
    assert "not reached" in text
    assert "2.00 s" in text


def test_cases_without_a_best_known_value_are_counted() -> None:
    cases = [case("a", Verdict.OK, 0.1, objective=3), case("b", Verdict.OK, objective=3)]
    lines = mean_lines(Named(), combine(cases, 1.0))  # type: ignore[arg-type]
    assert lines == ["1 case without a best-known value: left out of every mean"]


def test_stand_ins_are_told_with_whose_they_are() -> None:
    assert stand_ins_line({}) == ""
    line = stand_ins_line({"x": {"value": 5, "program": "expert"}, "y": {"value": 6, "program": "expert"}})
    assert line == (
        "2 dev cases without a best-known value: measured against the best human program's objective (expert)"
    )
