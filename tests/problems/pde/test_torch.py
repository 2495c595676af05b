"""Published programs that import torch: run where it is installed, told about the extra where it is not.

torch itself is large, and no part of a test environment: a package of its name stands in, whose tensors, as
those that carry a gradient, refuse to become arrays before they are detached.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import codepde.problem
from problems.pde.advection.problem import build
from solversmith.contract.problem import ProblemOptions
from solversmith.evaluate import Evaluator
from solversmith.records.score import CaseScore
from solversmith.records.verdict import Verdict
from solversmith.session import opened_sandbox
from solversmith.settings import Scoring

TORCH = """
import numpy as np


class Tensor:
    def __init__(self, values, attached=True):
        self._values, self._attached = np.asarray(values), attached

    def detach(self):
        return Tensor(self._values, False)

    def cpu(self):
        return Tensor(self._values, self._attached)

    def numpy(self):
        if self._attached:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        return self._values

    def __array__(self, dtype=None, copy=None):
        return self.numpy()

    def __getitem__(self, index):
        return Tensor(self._values[index], self._attached)


def shifted(u, wave, moved):
    return Tensor(np.fft.irfft(np.fft.rfft(u._values)[:, None] * np.exp(-wave * moved), n=u._values.shape[1]))
"""
PROGRAM = """
import numpy as np
import torch


def solver(u0_batch, t_coordinate, beta):
    wave = 2j * np.pi * np.arange(u0_batch.shape[1] // 2 + 1)
    return torch.shifted(torch.Tensor(u0_batch), wave, beta * t_coordinate[:, None])
"""


def scored(cache: Path) -> CaseScore:
    problem = build({"beta": "0.1"}, ProblemOptions(samples=1, cache=cache))
    with opened_sandbox(problem, Scoring(), 1) as sandbox:
        (case,) = Evaluator(problem, sandbox).evaluate(PROGRAM, "dev").cases
    return case


def test_where_it_is_installed_it_is_offered_and_tensors_are_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site" / "torch").mkdir(parents=True)
    (tmp_path / "site" / "torch" / "__init__.py").write_text(TORCH)
    about = tmp_path / "site" / "torch-2.9.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: torch\nVersion: 2.9\n")
    (about / "RECORD").write_text("torch/__init__.py,,\ntorch-2.9.dist-info/METADATA,,\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    assert "numpy, scipy, networkx, jax, torch" in build({"beta": "0.1"}, ProblemOptions()).statement
    case = scored(tmp_path / "cache")
    assert case.verdict is Verdict.OK, case.message
    assert case.loss is not None
    assert case.loss < 1e-10


def test_where_it_is_not_the_message_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codepde.problem, "_is_installed", lambda name: False)
    problem = build({"beta": "0.1"}, ProblemOptions(samples=1))
    assert problem.packages == ("numpy", "scipy", "networkx", "jax")
    case = scored(tmp_path / "cache")
    assert case.verdict is Verdict.IMPORT_ERROR
    assert "No module named 'torch'" in case.message
    assert "pip install 'solversmith[torch]'" in case.message
