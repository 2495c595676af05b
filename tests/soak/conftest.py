"""Tells at the end which parts of the soak ran."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import soak_parts


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line a part."""
    terminalreporter.section("parts of the soak")
    for part, state in soak_parts.ran.items():
        how, _, rest = state.partition(": ")
        terminalreporter.write_line(f"{how:8} {part}{': ' if rest else ''}{rest}", red=how != "run")
