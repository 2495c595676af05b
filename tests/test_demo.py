"""`make demo` keeps its promise: with its seed a drawn knob fails, and a debugging round repairs it."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def commands() -> tuple[tuple[str, ...], ...]:
    """The commands of the demo."""
    spec = importlib.util.spec_from_file_location("demo", ROOT / "scripts" / "demo.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: tuple[tuple[str, ...], ...] = module.COMMANDS
    return found


def test_the_demo_shows_a_pde_and_a_tour() -> None:
    assert [command[:2] for command in commands()] == [("run", "burgers"), ("run", "tsp")]


def test_a_draft_of_the_demo_fails_by_its_knobs_and_is_repaired(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "solversmith.cli.main", *commands()[0], "--no-humans", "--json"]
    told = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["repaired"]
    deaf = subprocess.run(
        [*command, "--no-feedback"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    repaired = json.loads(deaf.stdout)["repaired"]
    assert not repaired, "the feedback text is what repairs, and nothing else"
