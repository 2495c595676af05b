"""Cases of a split: built in or from files, with the right best-known value and never in both splits."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from frontierco.cases import instance_name, split_cases
from problems.co.mis.problem import DEFINITION as MIS
from problems.co.tsp.problem import DEFINITION as TSP
from problems.co.tsp.problem import build
from solversmith.contract import DEV, SPLITS, TEST, ProblemOptions
from solversmith.errors import BadData, UsageError

VALID, EASY, HARD = "valid_instances", "easy_test_instances", "hard_test_instances"


def cases(split: str, definition=TSP, **options):
    return split_cases(definition, ProblemOptions(**options), split)


@pytest.mark.parametrize("definition", [TSP, MIS])
def test_built_in_cases_all_have_a_best_known_value(definition) -> None:
    found = {split: cases(split, definition) for split in SPLITS}
    assert all(case.data.best_known is not None for split in SPLITS for case in found[split])
    assert not {c.digest for c in found[DEV]} & {c.digest for c in found[TEST]}
    assert [c.digest for c in found[DEV]] == [c.digest for c in cases(DEV, definition)]


def test_samples_limits_each_split() -> None:
    assert [len(cases(split, samples=2)) for split in SPLITS] == [2, 2]


def test_a_glob_over_built_in_names() -> None:
    assert [c.name for c in cases(DEV, cases="E1k.*")] == ["E1k.0"]
    assert [c.name for c in cases(TEST, cases="E10k.*")] == ["E10k.0"]
    assert [(c.name, c.split) for c in cases(TEST, cases="E1k.*")] == [("E1k.0", TEST)]
    with pytest.raises(UsageError, match="matches no built-in dev case of tsp: uniform-200"):
        cases(DEV, cases="E10k.*")


@pytest.mark.parametrize("definition", [TSP, MIS])
def test_a_split_is_four_cases_and_for_the_test_two_hard_ones(definition) -> None:
    parts = {split: [case.part for case in cases(split, definition)] for split in SPLITS}
    assert parts == {DEV: ["built-in"] * 4, TEST: ["easy"] * 4 + ["hard"] * 2}


def test_an_instance_made_by_name_is_for_its_own_split() -> None:
    (hard,) = cases(TEST, cases="E10k.1")
    assert (hard.name, hard.part, hard.data.best_known) == ("E10k.1", "hard", None)
    assert [c.data.best_known.value for c in cases(DEV, cases="E1k.2")] == [23023351]
    (graph,) = cases(TEST, MIS, cases="hamming8-4")
    assert (graph.part, graph.data.best_known.value) == ("easy", 16)
    with pytest.raises(UsageError, match="never used as a dev case"):
        cases(DEV, cases="E10k.1")
    with pytest.raises(UsageError, match=r"can't be made: expected a size among 1k, 3k"):
        cases(TEST, cases="E7k.0")
    with pytest.raises(UsageError, match=r"made by name: E1k\.0"):
        cases(TEST, cases="F10k.0")


def test_a_users_values_go_before_all_others(tmp_path: Path, write_tsp) -> None:
    values = tmp_path / "values.txt"
    values.write_text("berlin52.tsp 7000 exact\nuniform-200-71200 5 ceil\nmine 9 exact\n")
    write_tsp(f"TSP/{VALID}/berlin52.tsp", count=52)
    write_tsp(f"TSP/{VALID}/mine", count=9)
    write_tsp(f"TSP/{VALID}/unlisted", count=7)
    found = {c.name.split("/")[1]: c.data for c in cases(DEV, data=tmp_path, best_known=values)}
    assert (found["berlin52.tsp"].best_known.value, found["berlin52.tsp"].convention) == (7000, "exact")
    assert (found["mine"].target, found["mine"].convention) == (9, "exact")
    assert (found["unlisted"].target, found["unlisted"].convention) == (None, "nint")
    built_in = cases(DEV, cases="uniform-200-*", best_known=values)[0].data
    assert (built_in.best_known.value, built_in.convention) == (5, "ceil")


def test_a_convention_that_nothing_is_scored_by(tmp_path: Path) -> None:
    values = tmp_path / "values.txt"
    values.write_text("uniform-200-71200 5 euclid\n")
    with pytest.raises(BadData, match=r"convention 'euclid' of uniform-200-71200 .* known: att, ceil, exact"):
        cases(DEV, best_known=values)


def test_a_file_in_another_format_is_told_apart_from_a_damaged_one(tmp_path: Path, write_tsp) -> None:
    file = write_tsp(f"MIS/{VALID}/a.mis")
    with pytest.raises(
        BadData, match=r"this is a TSPLIB instance .* mis expects a graph in the DIMACS"
    ) as caught:
        cases(DEV, MIS, data=tmp_path)
    assert caught.value.file == file


def test_files_of_the_published_layout(tmp_path: Path, write_tsp) -> None:
    write_tsp(f"TSP/{VALID}/a", seed=1)
    write_tsp(f"TSP/{EASY}/b", seed=2)
    write_tsp(f"TSP/{HARD}/c", seed=3)
    assert [(c.name, c.data.part) for c in cases(DEV, data=tmp_path)] == [(f"{VALID}/a", VALID)]
    found = cases(TEST, data=tmp_path)
    assert [(c.name, c.data.part) for c in found] == [(f"{EASY}/b", "easy"), (f"{HARD}/c", "hard")]


def test_without_valid_instances_dev_is_built_in(tmp_path: Path, write_tsp) -> None:
    write_tsp(f"TSP/{EASY}/b")
    told: list[str] = []
    found = cases(DEV, data=tmp_path, progress=told.append)
    assert [c.digest for c in found] == [c.digest for c in cases(DEV)]
    assert told == [f"tsp: no valid_instances in {tmp_path}/TSP, so dev uses the built-in cases"]


def test_a_folder_without_any_instance_is_refused_for_dev_too(tmp_path: Path) -> None:
    (tmp_path / "TSP" / EASY).mkdir(parents=True)
    with pytest.raises(BadData, match="holds no instance file"):
        cases(DEV, data=tmp_path)


def test_a_folder_with_dev_only_serves_dev(tmp_path: Path, write_tsp) -> None:
    write_tsp(f"TSP/{VALID}/a")
    assert len(cases(DEV, data=tmp_path)) == 1
    with pytest.raises(BadData, match="neither easy_test_instances"):
        cases(TEST, data=tmp_path)


@pytest.fixture
def problem(tmp_path: Path):
    return build({}, ProblemOptions(data=tmp_path))


@pytest.mark.parametrize(("first", "second"), [SPLITS, SPLITS[::-1]])
def test_one_instance_in_both_splits_is_refused_however_it_is_written(
    problem, tmp_path: Path, write_tsp, first: str, second: str
) -> None:
    write_tsp(f"TSP/{VALID}/a", seed=1)
    twin = write_tsp(f"TSP/{HARD}/c", seed=1)
    twin.write_text(twin.read_text().replace("\n1 ", "\n  1   "))
    assert len(problem.cases(first)) == 1
    for ask in (lambda: problem.cases(second), lambda: problem.reference):
        with pytest.raises(BadData, match=rf"\({second}\) and .* \({first}\) are one instance"):
            ask()


@pytest.mark.parametrize("split", SPLITS)
def test_a_copy_of_a_file_of_the_other_split_is_refused_at_once(tmp_path: Path, write_tsp, split) -> None:
    write_tsp(f"TSP/{VALID}/a", seed=1)
    write_tsp(f"TSP/{HARD}/b", seed=2)
    write_tsp(f"TSP/{HARD}/c", seed=1)
    with pytest.raises(BadData, match="are one instance"):
        cases(split, data=tmp_path)


def test_no_file_of_another_split_is_read(tmp_path: Path, write_tsp) -> None:
    read: list[str] = []

    def noted(file: Path):
        read.append(file.name)
        return TSP.read(file)

    write_tsp(f"TSP/{VALID}/a", seed=1)
    write_tsp(f"TSP/{EASY}/b", seed=2)
    problem = replace(build({}, ProblemOptions(data=tmp_path)), definition=replace(TSP, read=noted))
    only = problem.only(DEV)
    assert [len(only.cases(DEV)), list(only.reference["cases"]), read] == [1, [DEV], ["a"]]
    assert [list(problem.reference["cases"]), read] == [[*SPLITS], ["a", "a", "b"]]


def test_a_built_in_dev_case_among_the_test_files_is_refused(tmp_path: Path, write_tsp) -> None:
    write_tsp(f"TSP/{EASY}/disguised", count=1000, seed=1000)
    with pytest.raises(BadData, match="are one instance"):
        cases(TEST, data=tmp_path)


def test_an_instance_may_serve_for_both_splits_if_one_asks_for_it(tmp_path: Path, write_tsp) -> None:
    write_tsp("TSP/other/a")
    assert [cases(split, data=tmp_path, cases="other/*")[0].name for split in SPLITS] == ["other/a"] * 2


def test_a_value_is_found_by_content_under_any_name(tmp_path: Path, write_tsp) -> None:
    write_tsp(f"TSP/{VALID}/whatever", count=1000, seed=1000)
    data = cases(DEV, data=tmp_path)[0].data
    assert (data.best_known.value, data.convention) == (23360648, "nint")
    assert data.best_known.found_by == "content"


def test_a_value_is_found_by_name_only_if_the_size_agrees(tmp_path: Path, write_tsp) -> None:
    write_tsp(f"TSP/{VALID}/berlin52.tsp", count=52)
    found = cases(DEV, data=tmp_path)[0].data.best_known
    assert (found.value, found.found_by) == (7542, "name")
    write_tsp(f"TSP/{VALID}/berlin52.tsp", count=51)
    assert cases(DEV, data=tmp_path)[0].data.best_known is None


def test_the_tables_convention_wins_over_the_headers(tmp_path: Path, write_tsp) -> None:
    write_tsp(f"TSP/{VALID}/berlin52.tsp", count=52, weights="CEIL_2D")
    write_tsp(f"TSP/{VALID}/unlisted", count=9, weights="CEIL_2D")
    assert [c.data.convention for c in cases(DEV, data=tmp_path)] == ["nint", "ceil"]


def test_a_malformed_file_is_an_error_not_a_skip(tmp_path: Path, write_tsp) -> None:
    write_tsp(f"TSP/{VALID}/a", seed=1)
    bad = write_tsp(f"TSP/{VALID}/b", seed=2)
    bad.write_text(bad.read_text()[:-9])
    with pytest.raises(BadData) as caught:
        cases(DEV, data=tmp_path)
    assert caught.value.file == bad


def test_a_file_that_changes_between_two_looks_is_read_again(tmp_path: Path, write_tsp) -> None:
    write_tsp(f"TSP/{VALID}/a", seed=1)
    test = write_tsp(f"TSP/{EASY}/b", seed=2)
    cases(DEV, data=tmp_path)
    shutil.copy(tmp_path / "TSP" / VALID / "a", test)
    with pytest.raises(BadData, match="are one instance"):
        cases(DEV, data=tmp_path)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("other/E1k.0", "E1k.0"),
        ("a280.tsp", "a280"),
        ("x/frb50-23-1.mis.gz", "frb50-23-1"),
        ("gen200_p0.9_44.mis", "gen200_p0.9_44"),
        ("C125.9.clq.xz", "C125.9"),
    ],
)
def test_names_that_tables_know(path: str, name: str) -> None:
    assert instance_name(path) == name
