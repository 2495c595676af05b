"""The published folder layout: what is found in it, and what is said of a folder that is half there."""

import re
from pathlib import Path

import pytest

from frontierco.layout import matching_files, problem_folder, split_files, take
from solversmith.contract import DEV, TEST
from solversmith.errors import BadData, UsageError

VALID, EASY, HARD = "valid_instances", "easy_test_instances", "hard_test_instances"


def put(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    return folder


def names(files, folder: Path) -> list[str]:
    return [file.relative_to(folder).as_posix() for file in files]


def test_the_problems_folder_or_the_one_above(tmp_path: Path) -> None:
    put(tmp_path, f"TSP/{VALID}/a")
    assert problem_folder(tmp_path, "TSP") == tmp_path / "TSP"
    assert problem_folder(tmp_path / "TSP", "TSP") == tmp_path / "TSP"


def test_a_problems_folder_may_have_any_name(tmp_path: Path) -> None:
    put(tmp_path, f"mine/{HARD}/a")
    assert problem_folder(tmp_path / "mine", "TSP") == tmp_path / "mine"


@pytest.mark.parametrize("made", ["", "MIS/valid_instances/a", "a.tsp"])
def test_a_folder_without_the_problem(tmp_path: Path, made: str) -> None:
    if made:
        put(tmp_path, made)
    with pytest.raises(BadData, match="neither a folder TSP nor valid_instances, easy"):
        problem_folder(tmp_path, "TSP")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="no such folder"):
        problem_folder(tmp_path / "nowhere", "TSP")


def test_splits_in_natural_order_easy_before_hard(tmp_path: Path) -> None:
    put(tmp_path, f"{VALID}/E10.0", f"{VALID}/E2.0", f"{HARD}/a", f"{EASY}/z", f"{EASY}/b10", f"{EASY}/b9")
    put(tmp_path, "other/o", "top")
    assert names(split_files(tmp_path, DEV), tmp_path) == [f"{VALID}/E2.0", f"{VALID}/E10.0"]
    assert names(split_files(tmp_path, TEST), tmp_path) == [
        f"{EASY}/b9",
        f"{EASY}/b10",
        f"{EASY}/z",
        f"{HARD}/a",
    ]


def test_files_about_the_data_are_no_instances(tmp_path: Path) -> None:
    put(
        tmp_path,
        *(f"{VALID}/{n}" for n in (".DS_Store", "README.md", "MANIFEST.tsv", "config.py", "LICENSE")),
    )
    put(tmp_path, f"{VALID}/a", f"{VALID}/deeper/b", f"{VALID}/readme_of_nothing")
    assert names(split_files(tmp_path, DEV), tmp_path) == [f"{VALID}/a", f"{VALID}/readme_of_nothing"]


def test_no_valid_folder_means_the_built_in_cases(tmp_path: Path) -> None:
    assert split_files(put(tmp_path, f"{EASY}/a"), DEV) == []


def test_no_test_folder(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="neither easy_test_instances nor hard_test_instances"):
        split_files(put(tmp_path, f"{VALID}/a"), TEST)


@pytest.mark.parametrize(("folder", "split"), [(VALID, DEV), (EASY, TEST), (HARD, TEST)])
def test_a_folder_without_any_instance(tmp_path: Path, folder: str, split: str) -> None:
    put(tmp_path, f"{folder}/README.md")
    with pytest.raises(BadData, match="holds no instance file") as caught:
        split_files(tmp_path, split)
    assert caught.value.file == tmp_path / folder


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")]
)
def test_a_folder_that_cannot_be_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    put(tmp_path, f"{VALID}/a")

    def refused(_: Path) -> None:
        raise error

    monkeypatch.setattr(Path, "iterdir", refused)
    with pytest.raises(BadData, match=rf"{VALID}: can't be read \({error.strerror}\)"):
        split_files(tmp_path, DEV)


class TestGlob:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return put(
            tmp_path, f"{VALID}/v", f"{EASY}/e1", f"{HARD}/h1", "other/E1k.1", "other/E1k.0", "other/x"
        )

    @pytest.mark.parametrize("split", [DEV, TEST])
    def test_it_serves_for_either_split(self, folder: Path, split: str) -> None:
        assert names(matching_files(folder, "other/E1k.*", split), folder) == ["other/E1k.0", "other/E1k.1"]

    def test_test_instances_never_become_dev(self, folder: Path) -> None:
        assert names(matching_files(folder, "*/[ev]*", DEV), folder) == [f"{VALID}/v"]
        assert names(matching_files(folder, "*/[ev]*", TEST), folder) == [f"{EASY}/e1", f"{VALID}/v"]
        with pytest.raises(UsageError, match="never used as dev"):
            matching_files(folder, f"{HARD}/*", DEV)

    @pytest.mark.parametrize("glob", ["../*", "/etc/*", "", "a/../../b"])
    def test_it_stays_inside(self, folder: Path, glob: str) -> None:
        with pytest.raises(UsageError, match="relative to"):
            matching_files(folder, glob, DEV)

    def test_nothing_matches(self, folder: Path) -> None:
        with pytest.raises(UsageError, match=r"'other/E2\*' matches no file"):
            matching_files(folder, "other/E2*", DEV)

    def test_a_bare_name_is_told_where_patterns_start(self, folder: Path) -> None:
        with pytest.raises(UsageError, match=rf"relative to {re.escape(str(folder))}, such as .*'\*/NAME\*'"):
            matching_files(folder, "E1k.0", DEV)


def test_a_choice_takes_from_every_folder_in_turn(tmp_path: Path) -> None:
    put(tmp_path, *(f"{EASY}/e{i}" for i in range(5)), *(f"{HARD}/h{i}" for i in range(2)))
    files = split_files(tmp_path, TEST)
    assert [f.name for f in take(files, 3)] == ["e0", "e1", "h0"]
    assert [f.name for f in take(files, 6)] == ["e0", "e1", "e2", "e3", "h0", "h1"]
    assert take(files, None) == take(files, 99) == files
