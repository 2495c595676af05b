"""Models are found by module name."""

from __future__ import annotations

import subprocess
import sys

import pytest

from solversmith import models
from solversmith.errors import UnknownName, UsageError


def test_every_module_with_a_summary_is_a_model() -> None:
    available = models.available()
    assert {"offline", "openai", "replay", "scripted"} <= available.keys()
    assert "prices" not in available
    assert all(0 < len(summary) <= 110 and "\n" not in summary for summary in available.values())


def test_a_close_match_is_in_the_error() -> None:
    with pytest.raises(UnknownName, match="no model named 'opnai'; did you mean 'openai'"):
        models.build("opnai:gpt-5")
    with pytest.raises(UsageError, match="NAME"):
        models.build("")


def test_listing_models_imports_nothing_heavy() -> None:
    code = (
        "import sys; from solversmith import models; models.available()\n"
        "print(sorted({'openai', 'httpx2', 'jax', 'scipy', 'ray', 'h5py'} & sys.modules.keys()))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
