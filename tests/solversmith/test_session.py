"""What is put together from settings before anything runs: models, roles, units, what belongs to a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from toy import Climb, ToyModel, ToyProblem

from solversmith.cli.run import command as run_command
from solversmith.cli.run import settings_of
from solversmith.errors import UsageError
from solversmith.identity import described
from solversmith.models.bandit import Bandit
from solversmith.models.mix import Mix
from solversmith.session import Parts, assembled
from solversmith.settings import Asking, Pacing, RunSettings, Stopping


class Described:
    """A sandbox that says nothing of itself."""

    level = "L3"

    def describe(self) -> dict[str, object]:
        """Nothing."""
        return {}


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    names = []
    for name in "ab":
        (tmp_path / f"{name}.md").write_text(f"I am {name}.")
        names.append(f"scripted:{tmp_path / f'{name}.md'}")
    return names


def parts(model: str, **changes: object) -> Parts:
    return assembled(replace(RunSettings("tsp", model), **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stopping", "unit"),
    [
        (Stopping(), "tokens"),
        (Stopping(calls=9), "calls"),
        (Stopping(tokens=9, calls=9), "tokens"),
        (Stopping(usd=9.0, calls=9), "usd"),
    ],
)
def test_a_bandit_counts_in_the_unit_of_the_budget(files: list[str], stopping: Stopping, unit: str) -> None:
    made = parts(f"bandit:{files[0]},{files[1]}", stopping=stopping)
    assert isinstance(made.model, Bandit)
    assert made.model.unit == unit


def test_roles(files: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789abcdef")
    assert set(parts("offline").models) == {"writer"}
    both = parts(files[0], reflector=f"mix:{files[0]},{files[1]}")
    assert isinstance(both.models["reflector"], Mix)
    with pytest.raises(UsageError, match="can't be the reflector"):
        parts("offline", reflector=f"bandit:{files[0]},{files[1]}")
    with pytest.raises(UsageError, match="price of model 'openai:new' is unknown"):
        parts("offline", reflector="openai:new", stopping=Stopping(usd=1.0))
    parts("offline", reflector="openai:new", stopping=Stopping(usd=1.0), asking=Asking(price="1/2"))


def test_what_makes_it_another_run(files: list[str]) -> None:
    def identity(settings: RunSettings, **given: object) -> object:
        made = described(
            settings, ToyProblem(), given.pop("model", ToyModel()), Climb(), Described(), **given
        )  # type: ignore[arg-type]
        return made["identity"]

    plain = RunSettings("toy")
    # How fast a server is asked, and whether what was bought before is taken, makes no other run.
    paced = replace(plain, pacing=Pacing(2, 30.0, 1000.0, cached=False))
    assert identity(paced) == identity(plain)
    assert identity(plain, reflector=ToyModel()) != identity(plain)
    limits = (Stopping(calls=9), Stopping(tokens=9))
    bandits = [parts(f"bandit:{files[0]},{files[1]}", stopping=limit).model for limit in limits]
    assert identity(plain, model=bandits[0]) != identity(plain, model=bandits[1])


def test_options_become_settings() -> None:
    words = [
        "tsp",
        "--no-cache",
        "--max-in-flight",
        "3",
        "--requests-per-minute",
        "60",
        "--reflector",
        "offline",
    ]
    given = run_command.make_context("run", words).params
    made = settings_of(given.pop("problem"), {k: v for k, v in given.items() if k not in ("as_json", "yes")})
    assert made.pacing == Pacing(3, 60.0, None, cached=False)
    assert (made.reflector, made.model) == ("offline", "offline")
