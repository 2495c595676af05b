"""Units, pairs and ranks: what is paired with what, what a failure counts, and when n is too small."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest
from synthetic_runs import Made, make_run

from solversmith.comparison.design import Unit, counting, design
from solversmith.comparison.findings import pairs, profiled, ranked
from solversmith.comparison.groups import Grouped, grouped
from solversmith.comparison.overview import grid, overview
from solversmith.comparison.statements import few_seeds, pairs_table, profile_table, ranks_table
from solversmith.comparison.values import Value
from solversmith.errors import UsageError
from solversmith.session import read_run
from solversmith.tables import WRITERS, Bounded
from solversmith.tables.model import Noted


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Grouped:
    """Two problems, two solvers, six seeds; the search is better everywhere by a tenth, or fails once."""
    folder = tmp_path_factory.mktemp("runs")
    paths = []
    for problem, scale in (("toy", 1.0), ("toy:hard=1", 1e-4)):
        for seed in range(6):
            loss = scale * (0.2 + 0.01 * seed)
            humans = {"simple": scale * 0.3}
            for method, factor in (("best-of-n", 1.0), ("refine", 0.9)):
                made = [Made(loss * factor), Made(loss * 2)]
                name = f"{problem[:6].replace(':', '_')}-{method}-{seed}"
                paths.append(
                    make_run(folder, name, made, problem=problem, method=method, seed=seed, humans=humans)
                )
    results = [read_run(path) for path in paths]
    return grouped([(result.summary, result.humans) for result in results])


def test_by_run_every_seed_of_every_problem_is_a_unit(found: Grouped) -> None:
    of = design(found, "test", "run")
    assert len(of.units) == 12
    assert of.solvers == ("best-of-n n=2 scripted", "refine n=2 scripted")
    (pair,) = pairs(of)
    assert str(pair.counts) == "0/0/12"
    assert pair.test.p == pytest.approx(2.0**-11)
    assert pair.note == ""
    assert any("dev only" in sentence for sentence in of.left_out)


def test_by_problem_the_seeds_are_averaged_and_two_are_too_few(found: Grouped) -> None:
    of = design(found, "test", "problem")
    assert [unit.name for unit in of.units] == ["toy", "toy:hard=1"]
    (pair,) = pairs(of)
    assert pair.note == "n too small: least possible p = .5"
    assert of.losses[Unit("toy")]["refine n=2 scripted"].value == pytest.approx(1.1 * 0.9 * 0.225)


def test_by_case_the_cases_of_a_run_turn_together(found: Grouped) -> None:
    of = design(found, "dev", "case")
    assert len(of.units) == 24
    (pair,) = pairs(of)
    assert (pair.test.clusters, pair.test.p) == (12, pytest.approx(2.0**-11))
    with pytest.raises(UsageError, match="has no cases"):
        design(found, "median", "case")
    with pytest.raises(UsageError, match="no unit"):
        design(found, "test", "day")


def test_human_programs_are_paired_on_dev_with_every_seed(found: Grouped) -> None:
    of = design(found, "dev", "run")
    assert of.solvers[-1] == "simple"
    note = {(pair.first, pair.second): str(pair.counts) for pair in pairs(of)}
    assert note["refine n=2 scripted", "simple"] == "12/0/0"
    result = ranked(of)
    assert result.result is not None
    assert result.result.average == (2.0, 1.0, 3.0)
    profile = profiled(of)
    assert profile is not None
    assert profile.share("refine n=2 scripted", 1.0) == 1.0


def test_a_failure_never_outranks_a_success_whatever_its_mean() -> None:
    """One case of three failed, and the mean of .4 is below the other's valid 3."""
    assert counting([Value(0.4, failed=True), Value(3.0)])[0] > 3.0
    assert counting([Value(0.4, failed=True), Value(0.2)]) == [0.4, 0.2]
    assert counting([Value(0.4, failed=True), Value(1.0, failed=True)]) == [0.4, 1.0]
    beyond = counting([Value(1.0, 0.1, True), Value(3.0, 0.1)])
    assert beyond[0] - beyond[1] > 0.1  # no tie by the reference's error either


def test_the_overview_has_a_row_for_each_solver_with_ranks_and_means(found: Grouped) -> None:
    of_test = Bounded(statistics.median(1.1 * (0.2 + 0.01 * seed) for seed in range(6)))
    table = overview(found, "test", at=(1, 2))
    first = table.rows[0]
    assert (first["solver"], first["seeds"], first["rank"]) == ("best-of-n n=2 scripted", 6, 2.0)
    assert table.rows[1]["rank"] == 1.0
    assert first["best_dev"] == Bounded(0.2)
    assert first["funnel"] == "12 > 12 > 12 > 12 > 6"
    assert first["value"] == of_test
    assert first["interval"] == "[0.2200, 0.2750]"  # all of six seeds
    assert isinstance(table.rows[2]["value"], Noted)  # a human program on test
    assert any(line.startswith("* human programs are scored on dev only") for line in table.caption)
    for line in ("seeds: 0, 1, 2, 3, 4, 5", "isolation level: L3", "machine: cpu, 2 cores, Linux"):
        assert line in table.caption
    assert any("digest r0" in line for line in table.caption)
    assert few_seeds(found) == ["WARNING: a solver has 6 seeds: to compare methods give 8 or more"]


def test_losses_inside_the_reference_s_error_share_a_rank(tmp_path: Path) -> None:
    paths = [
        make_run(tmp_path, method, [Made(loss)], method=method, floor=1e-3)
        for method, loss in (("a", 1e-4), ("b", 5e-4), ("c", 0.1))
    ]
    results = [read_run(path) for path in paths]
    rows = overview(grouped([(result.summary, ()) for result in results])).rows
    assert [row["rank"] for row in rows] == [1.5, 1.5, 3.0]


def test_a_grid_says_why_a_cell_is_empty_and_mixes_nothing(found: Grouped) -> None:
    table = grid(found, "test", ["method"], ["problem", "parameters"])
    assert [column.title for column in table.columns] == ["method", "toy", "toy · hard=1"]
    assert [row["method"] for row in table.rows] == ["best-of-n", "refine", "human program"]
    assert table.columns[1].show(table.rows[0]["toy"]) == "0.2475"
    assert isinstance(table.rows[2]["toy"], Noted)
    assert WRITERS["csv"](table).splitlines()[0] == "method,toy,toy · hard=1"
    mixed = grid(found, "test", ["method"], ["n"])
    cell = mixed.rows[0]["2"]
    assert isinstance(cell, Noted)
    assert cell.text.startswith("several: losses of different problems")
    for axes in ((["method"], ["method"]), (["weather"], ["n"]), ([], ["n"])):
        with pytest.raises(UsageError):
            grid(found, "test", *axes)


@pytest.mark.parametrize("style", sorted(WRITERS))
def test_every_table_is_written_in_every_form(found: Grouped, style: str) -> None:
    of = design(found, "dev", "run")
    for table in (pairs_table(of), ranks_table(of), profile_table(of)):
        assert table.rows
        assert "refine n=2 scripted" in WRITERS[style](table)
    small = pairs_table(design(found, "test", "problem"))
    assert "n too small: least possible p = .5" in WRITERS["text"](small)
    assert "pairing unit: a problem, its loss averaged over the seeds" in WRITERS["text"](small)


def test_two_groups_that_differ_in_the_same_condition_are_never_put_into_one_cell(tmp_path: Path) -> None:
    limits = {"test_wall_s": 10.0, "threads": 1, "memory_mib": 512}
    paths = [
        make_run(tmp_path, f"r{wall_s}", [Made(0.1)], seed=wall_s, limits={**limits, "wall_s": float(wall_s)})
        for wall_s in (1, 2, 3)
    ]
    results = [read_run(path) for path in paths]
    found = grouped([(result.summary, ()) for result in results])
    assert [group.differs for group in found.groups] == ["", "limits", "limits"]
    table = grid(found, "dev", ["solver"], ["problem"])
    assert len(table.rows) == 2  # the two others have one title, and differ
    cell = table.rows[1]["toy"]
    assert isinstance(cell, Noted)
    assert cell.text.startswith("mixed: runs differ in limits")


def test_a_cell_of_several_solvers_is_told(found: Grouped) -> None:
    told = "WARNING: a cell holds runs of several solvers; --rows solver tells them apart"
    assert told in grid(found, "dev", ["problem"], ["model"]).caption
    assert told not in grid(found, "dev", ["problem"], ["solver"]).caption


def test_a_run_that_is_not_over_has_not_failed(tmp_path: Path) -> None:
    path = make_run(tmp_path, "open", [Made(0.1)], finished=False)
    (row,) = overview(grouped([(read_run(path).summary, ())])).rows
    assert row["best_dev"] == row["value"] == Noted("running*", "the run is not over")


def test_solvers_without_the_same_seeds_are_warned_of(tmp_path: Path) -> None:
    paths = [
        make_run(tmp_path, f"{method}{seed}", [Made(0.1)], method=method, seed=seed)
        for method, seeds in (("a", range(8)), ("b", range(1, 9)))
        for seed in seeds
    ]
    runs = [(read_run(path).summary, ()) for path in paths]
    (line,) = few_seeds(grouped(runs))
    assert line.startswith("WARNING: solvers of toy have 7 seeds in common and others besides")
    assert few_seeds(grouped(runs[:8])) == []
