"""`show RUN --plots` on a real run: the files that people will look at."""

from pathlib import Path

import pytest

from solversmith.cli.main import main

pytest.importorskip("matplotlib")
PNG = b"\x89PNG\r\n"


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    asked = ["-n", "2", "--seed", "2", "--samples", "1", "--time-limit", "3", "--no-humans"]
    assert main(["run", "tsp", *asked, "--dir", str(folder), "--name", "one"]) == 0
    return folder


def test_search_anytime_and_answers(runs: Path, capsys, tmp_path: Path) -> None:
    assert main(["show", "one", "--dir", str(runs), "--plots", str(tmp_path / "new")]) == 0
    told = capsys.readouterr().out.split()
    assert [Path(line).name for line in told] == ["search.png", "anytime.png", "answer-uniform-200-71200.png"]
    assert all(Path(line).read_bytes().startswith(PNG) for line in told)


def test_without_a_folder_they_go_into_the_run_s(runs: Path) -> None:
    assert main(["show", "one", "--dir", str(runs), "--plots"]) == 0
    assert (runs / "one/plots/search.png").read_bytes().startswith(PNG)


def test_where_nothing_can_be_written_it_says_so(runs: Path, capsys) -> None:
    assert main(["show", "one", "--dir", str(runs), "--plots", "/proc/nowhere"]) == 3
    assert "/proc/nowhere can't be written to" in capsys.readouterr().err
