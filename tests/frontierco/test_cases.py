"""Cases of a split: built in or from files, with the right best-known value and never in both splits."""

import shutil
from pathlib import Path

import pytest

from frontierco.cases import instance_name, split_cases
from problems.co.mis.problem import DEFINITION as MIS
from problems.co.tsp.problem import DEFINITION as TSP
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


@pytest.mark.parametrize("split", SPLITS)
def test_one_instance_in_both_splits_is_refused_under_any_name(tmp_path: Path, write_tsp, split) -> None:
    write_tsp(f"TSP/{VALID}/a", seed=1)
    twin = write_tsp(f"TSP/{HARD}/c", seed=1)
    twin.write_text(twin.read_text().replace("\n1 ", "\n  1   "))
    with pytest.raises(BadData, match="are one instance"):
        cases(split, data=tmp_path)


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


def test_a_value_is_found_by_name_only_if_the_size_agrees(tmp_path: Path, write_tsp) -> None:
    write_tsp(f"TSP/{VALID}/berlin52.tsp", count=52)
    assert cases(DEV, data=tmp_path)[0].data.best_known.value == 7542
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
