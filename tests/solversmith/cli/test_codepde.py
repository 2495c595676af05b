"""`solversmith codepde` at its edges."""

from pathlib import Path

import pytest

from solversmith.cli.main import main


def test_what_would_be_made_is_said_first(tmp_path: Path, capsys) -> None:
    assert main(["codepde", "data", "recreate", "--dry-run", "--data", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "1D_Advection_Sols_beta0.1.hdf5: 100 samples" in told
    assert "1D_Burgers_Sols_Nu0.01_development.hdf5: 50 samples" in told
    assert "hours" in told
    assert not list(tmp_path.iterdir())


def test_references_are_written_with_their_estimate(tmp_path: Path, capsys) -> None:
    file = tmp_path / "out.h5"
    arguments = ["--out", str(file), "--samples", "1", "--cache", str(tmp_path / "cache")]
    assert main(["codepde", "reference", "advection:beta=0.4", *arguments]) == 0
    assert file.exists()
    assert "1 samples of advection" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (["codepde", "data", "recreate", "tsp"], "tsp is no PDE problem", 2),
        (["codepde", "data", "recreate", "darcy"], "published files of darcy can't be made again", 2),
        (["codepde", "data", "recreate", "advektion"], "did you mean 'advection'", 2),
        (["codepde", "reference", "advection"], "missing option '--out'", 2),
        (
            ["codepde", "reference", "advection", "--out", "/proc/x.h5", "--samples", "1"],
            "/proc/x.h5 can't be written (No such file or directory); give --out a file in a folder",
            3,
        ),
        (
            ["codepde", "reference", "advection", "--out", "/proc/none/x.h5", "--samples", "1"],
            "/proc/none/x.h5 can't be written (",
            3,
        ),
        (
            ["codepde", "reference", "burgers:nu=0.001", "--out", "/tmp"],  # nothing is solved before
            "/tmp can't be written (Is a directory)",
            3,
        ),
    ],
)
def test_wrong_input_is_a_sentence(arguments, words: str, code: int, capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert main(arguments) == code
    told = capsys.readouterr().err
    assert words in told
    assert "Traceback" not in told
    assert "Unable to" not in told
