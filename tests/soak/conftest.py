"""Tells at the end which parts of the soak ran."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import soak_parts


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line a part."""
    if soak_parts.ran:
        terminalreporter.section("parts of the soak")
        for part, state in soak_parts.ran.items():
            terminalreporter.write_line(f"{state.partition(':')[0].partition(';')[0]:8} {part}")
            terminalreporter.write_line(f"         {state}")
