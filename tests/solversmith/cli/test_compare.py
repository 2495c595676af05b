"""`compare` and the further columns of `table`, called as people call them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from synthetic_runs import Made, make_run

from solversmith import errors

Call = Callable[..., Any]
PNG = b"\x89PNG\r\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pool and a search on one problem, three seeds each."""
    folder = tmp_path_factory.mktemp("runs")
    for seed in range(3):
        pool = [Made(0.4 + 0.01 * seed), Made(None), Made(0.3), Made(0.2)]
        make_run(folder, f"pool{seed}", pool, seed=seed, humans={"simple": 0.25})
        line = [Made(0.4), Made(0.15, parents=("c0000",)), Made(0.1, parents=("c0001",)), Made(None)]
        make_run(folder, f"line{seed}", line, method="refine", seed=seed, humans={"simple": 0.25})
    return folder


def test_the_parts_stand_one_below_the_other_and_say_what_n_allows(folder: Path, call: Call) -> None:
    done = call("compare", "--dir", folder, "--at", "1,4")
    assert done.code == errors.DONE
    for text in (
        "test loss by solver",
        "test: median over runs",
        "pairs of solvers, test",
        "average ranks, test",
        "performance profile, test",
        "n too small: least possible p = .25",
        "WARNING: a solver has 3 seeds: to compare methods give 8 or more",
        "12 > 12 > 9 > 9 > 3",
    ):
        assert text in done.out


def test_one_part_in_json_and_several_in_one_object(folder: Path, call: Call) -> None:
    one = json.loads(call("compare", "--dir", folder, "--part", "pairs", "--format", "json").out)
    assert one["rows"][0]["counts"] in ("3/0/0", "0/0/3")
    assert one["rows"][0]["least_p"] == 0.25
    every = json.loads(call("compare", "--dir", folder, "--format", "json").out)
    assert len(every["tables"]) == 5


def test_csv_holds_one_table_and_latex_and_html_all(folder: Path, call: Call) -> None:
    done = call("compare", "--dir", folder, "--format", "csv")
    rows = list(csv.DictReader(done.out.splitlines()))
    assert [row["solver"] for row in rows] == ["refine n=4 scripted", "best-of-n n=4 scripted", "simple"]
    assert rows[0]["seed_list"] == "0 1 2"
    assert "CSV holds one table" in done.err
    assert call("compare", "--dir", folder, "--format", "latex").out.count("\\begin{tabular}") == 5
    assert call("compare", "--dir", folder, "--format", "html").out.count("<table") == 5


def test_its_figures_are_written(folder: Path, tmp_path: Path, call: Call) -> None:
    pytest.importorskip("matplotlib")
    done = call("compare", "--dir", folder, "--value", "dev", "--part", "ranks", "--plots", tmp_path / "f")
    names = {Path(line).name for line in done.out.splitlines() if line.endswith(".png")}
    assert names == {
        "best-of-n-toy.png",
        "cost-toy.png",
        "accuracy-toy.png",
        "cases-toy.png",
        "ranks.png",
        "profile.png",
    }
    assert all((tmp_path / "f" / name).read_bytes().startswith(PNG) for name in names)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--value", "speed"), "'speed' can't be compared"),
        (("--rows", "weather"), "'weather' is no axis"),
        (("--across", "weather"), "'weather' is no condition"),
        (("--unit", "case", "--value", "median"), "median has no cases"),
        (("--at", "0"), "best of 0"),
    ],
)
def test_what_makes_no_sense_is_said(arguments: tuple[str, ...], said: str, folder: Path, call: Call) -> None:
    done = call("compare", "--dir", folder, *arguments)
    assert done.code == errors.USAGE
    assert said in done.sentence


def test_a_table_has_the_columns_that_were_asked_for(folder: Path, call: Call) -> None:
    shown = "who,best@2,median_loss,funnel,cpu_s"
    done = call("table", "line0", "pool0", "--dir", folder, "--at", "2", "--columns", shown)
    head, _, line, pool, *_ = done.out.splitlines()
    assert head.split()[:6] == ["run", "or", "program", "best@2", "median", "asked"]
    assert line.split()[:3] == ["line0", "0.1500", "0.2750"]
    # Of 6 pairs of .2, .3, .4 and a failure the best is .2 in three, .3 in two, .4 in one.
    assert pool.split()[:3] == ["pool0", "0.2667", "0.3500"]
    assert "4 > 4 > 3 > 3 > 1" in pool
    assert call("table", "--dir", folder, "--columns", "weather").code == errors.USAGE
