"""Ten thousand calls by sixteen callers, with faults: the equations of payment hold exactly."""

from __future__ import annotations

import os
from pathlib import Path

import many_calls
import pytest

MOST_S = 60.0
QUIET = 3.0  # above this load the time says nothing of us


def test_ten_thousand_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789abcdef")
    load = os.getloadavg()[0]
    took_s = many_calls.bought(tmp_path / "run", 10_000)
    print(f"10,000 calls, {many_calls.CALLERS} callers: {took_s:.1f} s, load {load:.1f} before")
    assert took_s < MOST_S or load > QUIET
