"""A sweep file: what it may say, and that every error names the file, the key and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from solversmith.broker import Budget
from solversmith.cli.run import command as run_command
from solversmith.cli.sweep_terms import terms
from solversmith.errors import UsageError
from solversmith.sweeps import Sweep, read

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "many.toml"


def read_text(file: Path, text: str) -> Sweep:
    file.write_text(text)
    return read(file, terms())


def test_what_the_file_says_becomes_settings(file: Path) -> None:
    sweep = read_text(
        file,
        """
        [sweep]
        workers = 3
        max_usd = 2
        [run]
        debug_rounds = 1
        set = ["population=4"]
        [grid]
        problem = ["tsp", "mis"]
        n = [2, 5]
        memory = 512
        """,
    )
    assert (sweep.folder, sweep.workers, sweep.budget) == (Path("runs/many"), 3, Budget(usd=2))
    assert [(run.settings.problem, run.settings.candidates) for run in sweep.runs] == [
        ("tsp", 2),
        ("tsp", 5),
        ("mis", 2),
        ("mis", 5),
    ]
    first = sweep.runs[0].settings
    assert first.debug_rounds == 1
    assert first.options == {"population": "4"}
    assert first.scoring.memory_bytes == 512 << 20
    assert first.model == "offline"
    assert len({run.id for run in sweep.runs}) == 4


def test_every_option_of_a_run_can_stand_in_a_file(file: Path) -> None:
    sweep = read_text(
        file,
        """
        [run]
        interactions = 1
        edits = true
        repeats = 3
        slots = 2
        no_reuse = true
        reuse_timed = true
        confirm = false
        [grid]
        problem = "tsp"
        cascade = [1, 2]
        """,
    )
    for run, cascade in zip(sweep.runs, (1, 2), strict=True):
        found = run.settings
        assert (found.interactions, found.edits, found.repeats, found.slots) == (1, True, 3, 2)
        assert (found.reuse, found.reuse_timed, found.confirm, found.cascade) == (False, True, False, cascade)
    options = {max(each.opts, key=len).lstrip("-").replace("-", "_") for each in run_command.params}
    left_out = {"name", "dir", "pool", "address", "workers", "yes", "json"}
    assert set(terms().keys) == options - left_out


def test_what_decides_nothing_makes_no_other_run(file: Path) -> None:
    plain = '[grid]\nproblem = "tsp"\n'
    (run,) = read_text(file, plain).runs
    for further in ("slots = 1", "no_reuse = true", "max_usd = 3"):
        assert read_text(file, plain + further).runs[0].id == run.id
    assert read_text(file, plain + "repeats = 2").runs[0].id != run.id


def test_human_programs_are_run_once_for_the_runs_that_they_stand_beside(file: Path) -> None:
    text = '[grid]\nproblem = ["tsp"]\ntime_limit = [1, 2]\nseed = [0, 1, 2]\n'
    assert [run.settings.humans for run in read_text(file, text).runs] == [True, False, False] * 2
    everywhere = read_text(file, "[run]\nhumans = true\n" + text)
    assert all(run.settings.humans for run in everywhere.runs)
    assert [run.id for run in everywhere.runs] == [run.id for run in read_text(file, text).runs]


def test_runs_keep_their_names_when_the_file_grows(file: Path) -> None:
    before = {run.id for run in read_text(file, '[grid]\nproblem = ["tsp"]\nseed = [0, 1]\n').runs}
    after = {run.id for run in read_text(file, '[grid]\nseed = [2, 1, 0]\nproblem = ["mis", "tsp"]\n').runs}
    assert before < after
    assert len(after) == 6


def test_a_list_of_one_option_and_a_list_of_such_lists(file: Path) -> None:
    one = read_text(file, '[grid]\nproblem = "tsp"\nset = ["a=1", "b=2"]\n')
    two = read_text(file, '[grid]\nproblem = "tsp"\nset = [["a=1"], ["a=2"]]\n')
    assert [run.settings.options for run in one.runs] == [{"a": "1", "b": "2"}]
    assert [run.settings.options for run in two.runs] == [{"a": "1"}, {"a": "2"}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[grid\n", "is no TOML"),
        ('[gird]\nproblem = "tsp"', "no table named 'gird'; did you mean 'grid'?"),
        ('[grid]\nproblme = "tsp"', "[grid] no key named 'problme'; did you mean 'problem'"),
        ('[sweep]\nmax_usb = 1\n[grid]\nproblem = "tsp"', "[sweep] no key named 'max_usb'"),
        ('[sweep]\nmax_usd = "1"\n[grid]\nproblem = "tsp"', "[sweep] max_usd: is '1', expected a number"),
        ('[sweep]\nworkers = 0\n[grid]\nproblem = "tsp"', "[sweep] workers: is 0, expected a whole number"),
        ('[sweep]\nfolder = 3\n[grid]\nproblem = "tsp"', "[sweep] folder: is 3, expected the path"),
        ('[grid]\nproblem = "tsp"\nn = ["4"]', "[grid] n: is '4', expected a whole number"),
        ('[grid]\nproblem = "tsp"\nn = true', "[grid] n: is True, expected a whole number"),
        ('[grid]\nproblem = "tsp"\nn = [0]', "[grid] n: 0 is not in the range"),
        ('[grid]\nproblem = "tsp"\nseed = []', "[grid] seed: is an empty list"),
        ('[grid]\nproblem = "tsp"\norder = 1', "[grid] order: is 1, expected true or false"),
        ('[grid]\nproblem = "tsp"\nset = "a=1"', "[grid] set: is 'a=1', expected a list"),
        ('[grid]\nproblem = "tsp"\nset = ["a"]', "--set takes NAME=VALUE, not 'a'"),
        ('[grid]\nproblem = "tsp"\nschedule = "steedy"', "[grid] schedule: no schedule named 'steedy'"),
        ('[grid]\nproblem = "tsp"\nname = "x"', "[grid] no key named 'name'"),
        ('[grid]\nproblem = "tsp"\nn = {a = 1}', "[grid] n: is a table, expected a value"),
        ("[grid]\nn = 4", "[grid] problem: is missing"),
        ("grid = 4", "grid: is no table: write [grid]"),
        ('[grid]\nproblem = "tsp"\n[list]\nn = 3', "list: is no array of tables: write [[list]]"),
        ('[grid]\nproblem = "tsp"\n[[list]]\nproblem = "mis"', "[[list]] 1: problem: stands in [grid], too"),
        ('[grid]\nproblem = "tsp"\n[[exclude]]\nn = 3', "[[exclude]] 1: excludes nothing"),
        ('[grid]\nproblem = "tsp"\n[[exclude]]\nproblem = "tsp"', "[grid]: no run is left"),
        ('[grid]\nproblem = "tsp"\n[parameters]\ntsp = 3', "[parameters] tsp: is no table"),
        (
            '[grid]\nproblem = "tsp"\n[parameters.tsp]\nx = true',
            "[parameters.tsp] x: has True, expected labels",
        ),
        ('[grid]\nproblem = "tsp"\nisolation = "L0"', "--unsafe-exec"),
        ('[grid]\nproblem = "tsp"\n[parameters.tps]\nx = 1', "[parameters.tps]: no problem named 'tps'"),
        ('[grid]\nproblem = "tsp"\n[parameters.tsp]\nx = []', "[parameters.tsp] x: is an empty list"),
        ('[grid]\nproblem = "tsp:a"', "problem 'tsp:a': can't read"),
        ('[grid]\nproblem = "tsp"\n[[exclude]]\nx = 3', "[[exclude]] 1 no key named 'x'"),
        ('[sweep]\nmax_usd = nan\n[grid]\nproblem = "tsp"', "[sweep] max_usd: is nan"),
        ('[sweep]\nfolder = "a\\u0000b"\n[grid]\nproblem = "tsp"', "[sweep] folder: is"),
        ('[sweep]\nworkers = 70000\n[grid]\nproblem = "tsp"', "[sweep] workers: is 70000"),
    ],
)
def test_an_error_names_file_key_and_what_was_expected(file: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_text(file, text)
    assert str(raised.value).startswith(f"{file}: ")
    assert said in str(raised.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't read the sweep"):
        read(tmp_path / "none.toml", terms())


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "sweeps").glob("*.toml")))
def test_the_sweeps_that_come_along_can_be_read(name: str) -> None:
    sweep = read(ROOT / "sweeps" / name, terms())
    assert sweep.folder == Path("runs") / Path(name).stem
    assert len({run.id for run in sweep.runs}) == len(sweep.runs) > 1
