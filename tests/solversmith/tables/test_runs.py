"""Rows of runs: under what conditions, never averaged, never ranked below the reference's own error."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from solversmith.broker.ledger import Ledger, Totals
from solversmith.humans import HumanRow
from solversmith.records.verdict import Verdict
from solversmith.summary import Result, Summary
from solversmith.tables import WRITERS, Bounded, as_text
from solversmith.tables.model import Noted
from solversmith.tables.runs import NOT_INSTALLED, OFFLINE, result_table, runs_table


def summary(name: str = "one", loss: float = 0.25, floor: float | None = None, **identity: Any) -> Summary:
    settings = {
        "identity": {
            "problem": "burgers:nu=0.01",
            "model": "offline",
            "method": "best-of-n",
            "candidates": 8,
            "seed": 0,
            "isolation": "L3",
            "limits": {"wall_s": 10.0, "test_wall_s": 60.0, "threads": 1, "memory_mib": 512},
            **identity,
        },
        "environment": {
            "machine": {"processor": "cpu", "cores": 2, "system": "Linux"},
            "solver_environment": {"python": "3.11.7", "numpy": "2.0"},
            "reference": {"kind": "exact", "estimate": 1e-6},
        },
    }
    chosen = Result("c0003", Verdict.OK, loss, 0, 2, "sha", 1.5, floor)
    test = Result("c0003", Verdict.OK, loss * 2, 0, floor=floor)
    return Summary(
        name=name,
        settings=settings,
        candidates=8,
        valid=6,
        verdicts={"ok": 6, "time_limit": 2},
        repaired=("c0003",),
        best=chosen,
        selected=chosen,
        reason="8 candidates",
        tests=(test,),
        ledger=Ledger(Totals(completed=9, input_tokens=100, output_tokens=11, usd=0.5)),
        wall_s=12.0,
    )


def human(name: str, loss: float, level: str = "L3", split: str = "dev") -> HumanRow:
    return HumanRow(name, split, f"{name}{loss}{level}{split}", Verdict.OK, loss, 0, 0.1, level)


def test_a_run_is_one_row_with_all_that_it_was() -> None:
    (row,) = runs_table([(summary(), [])]).rows
    assert row["model"] == Noted("offline*", OFFLINE)
    assert (row["n"], row["seed"], row["valid_rate"]) == (8, "0", 0.75)
    assert (row["dev_loss"], row["test_loss"]) == (Bounded(0.25, 1e-6), Bounded(0.5, 1e-6))
    assert (row["calls"], row["tokens"], row["usd"], row["wall_s"]) == (9, 111, 0.5, 12.0)
    assert row["verdicts"] == "6 ok, 2 time_limit"


@pytest.mark.parametrize(
    ("member", "of_run", "of_result"),
    [
        ("offline", Noted("mix:offline,openai:m*", OFFLINE), Noted("offline*", OFFLINE)),
        ("openai:m", "mix:offline,openai:m", "openai:m"),
    ],
)
def test_of_a_mixture_the_member_that_wrote_the_program_is_told(
    member: str, of_run: object, of_result: object
) -> None:
    plain = summary(model="mix:offline,openai:m")
    assert plain.selected is not None
    mixed = replace(plain, selected=replace(plain.selected, model=member))
    assert runs_table([(mixed, [])]).rows[0]["model"] == of_run
    assert result_table(mixed, []).rows[0]["model"] == of_result


def test_a_run_that_has_nothing_yet_says_so_and_no_more() -> None:
    begun = Summary(**{**vars(summary()), "verdicts": {}, "reason": None})
    assert runs_table([(begun, [])]).rows[0]["verdicts"] == "(not finished)"
    some = Summary(**{**vars(summary()), "reason": None})
    assert runs_table([(some, [])]).rows[0]["verdicts"] == "6 ok, 2 time_limit (not finished)"


@pytest.mark.parametrize("style", sorted(WRITERS))
@pytest.mark.parametrize("of", ["runs", "result"])
def test_a_row_without_a_language_model_says_so_in_every_table(style: str, of: str) -> None:
    table = runs_table([(summary(), [])]) if of == "runs" else result_table(summary(), [])
    text = WRITERS[style](table)
    assert "no language model; derived from the human programs" in text
    if style in ("text", "markdown"):
        assert table.caption[0] == f"* {OFFLINE}"
        assert "offline*" in text.replace("\\", "")
    openai = runs_table([(summary(model="openai:m"), [])])
    assert "language model" not in WRITERS[style](openai)


def test_two_runs_are_two_rows_and_a_human_program_stands_once() -> None:
    humans = [human("trivial", 1.0), human("expert", 1e-9)]
    table = runs_table([(summary("one"), humans), (summary("two", seed=1), humans)])
    assert [row["who"] for row in table.rows] == ["one", "two", "trivial", "expert"]


def test_a_program_whose_package_is_missing_is_not_installed_and_no_failure_of_it() -> None:
    row = replace(human("classical_x", 0.1), verdict=Verdict.IMPORT_ERROR, loss=None, failed=1)
    table = runs_table([(summary(), [row])])
    assert table.rows[-1]["verdicts"] == NOT_INSTALLED
    assert table.rows[-1]["wall_s"] is None
    assert "* not installed: a classical program's package is missing" in as_text(table)


def test_each_problem_keeps_its_own_human_programs() -> None:
    table = runs_table(
        [
            (summary("a"), [human("expert", 0.1)]),
            (summary("b", problem="tsp"), [human("expert", 0.2)]),
            (summary("c"), [human("expert", 0.1)]),
        ]
    )
    assert [(row["problem"], row["who"]) for row in table.rows] == [
        ("burgers:nu=0.01", "a"),
        ("burgers:nu=0.01", "c"),
        ("burgers:nu=0.01", "expert"),
        ("tsp", "b"),
        ("tsp", "expert"),
    ]
    limits = [line for line in table.caption if line.startswith("limits: ")]
    assert [line.endswith(" (burgers:nu=0.01, tsp)") for line in limits] == [True], "said once"


def test_mixed_isolation_levels_are_flagged_and_their_rows_kept_apart() -> None:
    table = runs_table(
        [(summary("a"), [human("expert", 0.1)]), (summary("b", isolation="L2"), [human("expert", 0.1, "L2")])]
    )
    assert table.caption[1].startswith("WARNING: isolation levels are mixed (L2, L3)")
    assert [row["level"] for row in table.rows] == ["L3", "L2", "L3", "L2"]
    assert [row.get("differs") for row in table.rows] == [None, "isolation level", None, "isolation level"]
    assert not any("WARNING" in line for line in runs_table([(summary(), [])]).caption)


@pytest.mark.parametrize("style", sorted(WRITERS))
def test_every_format_marks_the_rows_that_differ_and_only_those(style: str) -> None:
    mixed = runs_table([(summary("a"), []), (summary("b", isolation="L2", start="warm"), [])])
    text = WRITERS[style](mixed)
    assert text.count("isolation level, start") == 1
    if style != "csv":
        assert "isolation levels are mixed (L2, L3)" in text
        assert "differ in start (cold; warm): their times" in text
    alike = WRITERS[style](runs_table([(summary("a"), []), (summary("b", seed=1), [])]))
    assert ("measured with another" in alike) is (style == "json")  # whose columns are always the same
    assert "isolation level, start" not in alike


def test_a_human_row_of_another_level_start_or_machine_is_marked_wherever_it_stands() -> None:
    away = {"processor": "other", "cores": 8, "system": "Linux"}
    rows = [
        human("expert", 0.1),
        human("simple", 0.3, "L2"),
        replace(human("trivial", 1.0), start="warm", machine=away),
    ]
    for table in (runs_table([(summary(), rows)]), result_table(summary(), rows)):
        found = {row["who"]: row.get("differs") for row in table.rows}
        assert found == {
            next(iter({"one", "best candidate c0003"} & found.keys())): None,
            "expert": None,
            "simple": "isolation level",
            "trivial": "start, machine",
        }
        assert any("levels are mixed (L2, L3)" in line for line in table.caption)
        assert any(
            "differ in machine (cpu, 2 cores, Linux; other, 8 cores, Linux)" in t for t in table.caption
        )
        assert "measured with another" in WRITERS["text"](table)
    assert "measured with another" not in WRITERS["text"](result_table(summary(), rows[:1]))


def test_a_run_that_was_not_executed_alike_throughout_is_marked_though_it_stands_alone() -> None:
    mixed = replace(summary(start="warm"), starts=("cold", "warm"), levels=("L2", "L3"), moved=True)
    table = runs_table([(mixed, [])])
    assert table.rows[0]["differs"] == "isolation level, start, machine"
    assert (table.rows[0]["level"], table.rows[0]["start"]) == ("L3 and L2", "cold and warm")
    assert any("levels are mixed (L2, L3)" in line for line in table.caption)
    alike = replace(summary(start="warm"), starts=("warm",), levels=("L3",))
    assert runs_table([(alike, [])]).rows[0].get("differs") is None


def test_a_claimed_level_is_no_measured_one() -> None:
    claimed = summary("a", isolation="L5", inner_level="L2")
    row, other = runs_table(
        [(replace(claimed, levels=("L5",)), []), (summary("b", isolation="L5", inner_level="L3"), [])]
    ).rows
    assert row["level"] == "L5 (claimed, L2 measured)"
    assert other["differs"] == "isolation level"


@pytest.mark.parametrize(
    ("identity", "said"),
    [
        (
            {"limits": {"wall_s": 1.0, "test_wall_s": 1.0, "threads": 1, "memory_mib": 512}},
            "differ in limits",
        ),
        ({"content": {"dev": "2 cases, abc"}}, "differ in cases or statements"),
        ({"content": {"reference": "abc"}}, "differ in reference"),
        ({"start": "warm"}, "differ in start (cold; warm)"),
        ({"signals": True}, "differ in what dev losses are (errors against the reference; signals that"),
    ],
)
def test_runs_that_were_not_measured_alike_are_flagged(identity: dict[str, Any], said: str) -> None:
    alike = runs_table([(summary("a"), []), (summary("b", seed=1), [])])
    assert not any("WARNING" in line for line in alike.caption)
    other = runs_table([(summary("a"), []), (summary("b", **identity), [])])
    assert sum("WARNING" in line and said in line for line in other.caption) == 1
    elsewhere = runs_table([(summary("a"), []), (summary("b", problem="tsp", **identity), [])])
    assert not any("WARNING" in line for line in elsewhere.caption)
    assert "differs" not in elsewhere.rows[1]


def test_another_writer_or_method_is_no_other_measure() -> None:
    contents = ({"model": "abc", "method": "x", "dev": "d"}, {"model": "abd", "method": "y", "dev": "d"})
    table = runs_table([(summary(str(k), content=content), []) for k, content in enumerate(contents)])
    assert not any("WARNING" in line for line in table.caption)


def test_another_machine_or_solver_environment_is_flagged() -> None:
    other = summary("b")
    environment = {**other.settings["environment"], "solver_environment": {"python": "3.12.1"}}
    environment["machine"] = {"processor": "other", "cores": 8, "system": "Linux"}
    moved = replace(other, settings={**other.settings, "environment": environment})
    table = runs_table([(summary("a"), []), (moved, [])])
    assert table.rows[1]["differs"] == "machine, solver environment"
    assert sum("WARNING" in line for line in table.caption) == 2


def test_losses_of_several_executions_are_told_apart_from_those_of_one() -> None:
    table = runs_table([(summary("a"), []), (summary("b", repeats=3, reuse_timed=True), [])])
    assert table.rows[1]["differs"] == "executions behind a loss"
    assert sum("WARNING" in line for line in table.caption) == 1
    told = "the mean of 3 for each case; timed scores of other runs used again"
    assert f"executions behind a loss: {told}" in table.caption


def test_the_caption_says_under_what_conditions() -> None:
    caption = "\n".join(runs_table([(summary(), [])]).caption)
    for text in (
        "machine: cpu, 2 cores, Linux",
        "limits: 10 s on dev, 60 s on test for each case, 1 core, 512 MiB",
        "isolation level: L3",
        "start: cold",
        "python 3.11.7, numpy 2.0",
        "reference: exact, estimate 1e-06",
    ):
        assert text in caption


def test_a_case_floor_goes_before_what_the_reference_states() -> None:
    text = WRITERS["text"](runs_table([(summary(loss=1e-5, floor=1e-4), [])]))
    assert "<= 1.000e-04" in text
    assert "no ranking is implied" in text
    assert "<=" not in WRITERS["text"](runs_table([(summary(loss=1e-5), [])]))


def test_an_unknown_price_is_a_gap_and_not_zero() -> None:
    unpriced = summary()
    unpriced = Summary(**{**vars(unpriced), "ledger": Ledger(Totals(completed=1, unpriced=1))})
    assert runs_table([(unpriced, [])]).rows[0]["usd"] is None


def test_the_result_ranks_the_best_candidate_among_the_human_programs() -> None:
    humans = [human("trivial", 1.0), human("simple", 0.3), human("expert", 1e-9)]
    table = result_table(summary(), humans)
    assert [row["who"] for row in table.rows] == ["expert", "best candidate c0003", "simple", "trivial"]
    assert table.rows[1]["wall_s"] == 1.5


def test_losses_that_the_reference_can_not_tell_apart_are_equal_and_the_quicker_comes_first() -> None:
    slow = replace(human("slow", 2.0e-5), wall_s=9.0, floor=1e-4)
    quick = replace(human("quick", 9.0e-5), wall_s=0.5, floor=1e-4)
    beyond = replace(human("beyond", 1.3e-4), wall_s=0.1, floor=1e-4)
    table = result_table(summary(), [slow, beyond, quick])
    assert [row["who"] for row in table.rows] == ["quick", "slow", "beyond", "best candidate c0003"]


def test_the_gap_between_dev_and_test_stands_with_its_run_and_is_flagged() -> None:
    near = summary()
    far = replace(near, tests=(replace(near.tests[0], loss=1.0),))
    (row,) = runs_table([(near, [])]).rows
    assert row["gap"] == "2x"
    table = runs_table([(far, [])])
    assert table.rows[0]["gap"] == "4x !"
    assert "!: the test loss is more than 3 times the dev loss" in table.caption
    assert not any(line.startswith("!") for line in runs_table([(near, [])]).caption)
    untested = replace(near, tests=())
    assert runs_table([(untested, [])]).rows[0]["gap"] is None


def test_a_run_without_a_valid_candidate_stands_last_and_says_so() -> None:
    nothing = Summary(**{**vars(summary()), "best": None, "selected": None, "tests": ()})
    table = result_table(nothing, [human("trivial", 1.0)])
    assert [row["who"] for row in table.rows] == ["trivial", "no valid candidate"]
    assert table.rows[1]["dev_loss"] is None


def test_a_human_program_that_was_measured_twice_stands_once() -> None:
    first, second = human("expert", 0.1), replace(human("expert", 0.2), key=human("expert", 0.1).key)
    table = runs_table([(summary("one"), [first]), (summary("two"), [second])])
    assert [row["dev_loss"] for row in table.rows if row["who"] == "expert"] == [Bounded(0.1, 1e-6)]


def test_a_test_loss_of_a_human_program_stands_in_its_column() -> None:
    row = runs_table([(summary(), [human("expert", 0.2, split="test")])]).rows[1]
    assert (row.get("dev_loss"), row["test_loss"]) == (None, Bounded(0.2, 1e-6))


def test_dev_losses_that_are_signals_are_said_to_be_some_and_have_no_gap() -> None:
    table = result_table(summary(signals=True), [human("expert", 0.5)])
    assert any(line.startswith("dev losses are signals") for line in table.caption)
    assert runs_table([(summary(signals=True), [])]).rows[0]["gap"] is None
    assert not any("signals" in line for line in result_table(summary(), [human("expert", 0.5)]).caption)


def test_the_parts_of_the_test_split_have_columns_where_there_are_several() -> None:
    parts = {"easy": {"loss": 0.1, "cases": 4, "failed": 0}, "hard": {"loss": None, "cases": 2, "failed": 2}}
    one = summary()
    tested = replace(one, tests=(replace(one.tests[0], parts=parts),))
    table = runs_table([(tested, [])])
    assert table.rows[0]["test_easy"] == 0.1
    shown = [column.key for column in table.for_people]
    assert "test_easy" in shown
    assert "test_hard" not in shown
    assert "test_easy" not in [column.key for column in runs_table([(one, [])]).for_people]


def test_another_loss_or_other_stand_ins_are_marked() -> None:
    one, two, three = summary("one"), summary("two"), summary("three")
    two.settings["environment"]["reference"]["loss"] = "primal integral"
    three.settings["environment"]["stand_ins"] = {"abc": {"value": 5, "program": "expert"}}
    table = runs_table([(one, []), (two, []), (three, [])])
    assert [row.get("differs") for row in table.rows] == [None, "loss", "reference"]
    assert any("rows of burgers:nu=0.01 differ in loss" in line for line in table.caption)
    assert any(line.startswith("1 dev case without a best-known value") for line in table.caption)
