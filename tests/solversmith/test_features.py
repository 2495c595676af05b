"""What is counted in a program."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from solversmith.features import features
from solversmith.records import canonical_json

SOURCE = """\
import numpy as np
from scipy.fft import rfft
import os.path

CFL = 0.4  # knob: log 0.1 2

def solver(u):
    for _ in range(3):
        u = [x for x in u]
    return (lambda v: v)(u)
"""


def test_a_program_is_counted() -> None:
    found = features(SOURCE)
    assert found["lines"] == 8
    assert found["knobs"] == 1
    assert found["functions"] == 2
    assert found["loops"] == 2
    assert found["imports"] == ["numpy", "os", "scipy"]
    assert found["nodes"] > 40


def test_a_program_that_does_not_parse_is_still_counted() -> None:
    assert features("def solver(:\n\n  x\n") == {"lines": 2, "knobs": 0}


def test_relative_imports_and_many_imports_stay_small() -> None:
    source = "from . import x\n" + "".join(f"import {'m' * 100}{k}\n" for k in range(50))
    assert len(canonical_json(features(source))) < 700


@given(st.text())
def test_any_text_gives_json(source: str) -> None:
    canonical_json(features(source))
