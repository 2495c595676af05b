"""A solution of every combinatorial problem can be drawn."""

from importlib import import_module

import numpy as np
import pytest
from co_programs import harness_of, program

from solversmith.contract import DEV, Answer, ProblemOptions, Solution

matplotlib = pytest.importorskip("matplotlib.figure")
NAMES = ("cflp", "cpmp", "cvrp", "fjsp", "mds", "mis", "stp", "tsp")


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_of_the_trivial_program_is_drawn(name: str, monkeypatch) -> None:
    """From the bytes of an instance to a picture, as `show RUN --plots` does it."""
    module = import_module(f"problems.co.{name}.problem")
    problem = module.build({}, ProblemOptions(samples=1))
    (case,) = problem.cases(DEV)
    harness, payload = harness_of(module.build), problem.pack(case)
    args, kwargs = harness["arguments"](payload)
    names = program(problem.solvers["trivial"], monkeypatch, 3.0)
    solution = next(iter(names["solve"](*args, **kwargs)))
    arrays = {key: np.asarray(value) for key, value in harness["answer"](solution, payload).items()}
    figure = matplotlib.Figure()
    problem.draw(figure, case, Answer((Solution(0.0, arrays),), 0.0, 1.0, "returned"))
    axes = figure.axes[0]
    drawn = (axes.lines, axes.collections, axes.patches, axes.images)
    assert any(map(len, drawn))
    assert axes.get_title().startswith(f"{name}, {case.name}")
