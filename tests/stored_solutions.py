"""Best solutions that are stored, as `frontierco/solutions/PROBLEM/CASE.json`: a dict as a program yields it.

Such a file is named like a built-in case, a named instance, or a file of FRONTIERCO_DATA, and has to evaluate
to the value that the table has for it, by the convention that stands beside the value.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from frontierco.cases import instance_name
from solversmith import registry
from solversmith.contract import SPLITS, Answer, Case, ProblemOptions, Solution
from solversmith.errors import UsageError

FOLDER = Path(__file__).parent / "frontierco" / "solutions"


def stored() -> list[tuple[str, Path]]:
    """Every stored solution with the name of its problem."""
    return [(file.parent.name, file) for file in sorted(FOLDER.glob("*/*.json"))]


def objective_and_value(problem: str, file: Path, data: Path | None = None) -> tuple[float, float]:
    """What a stored solution evaluates to, and the best-known value of its instance.

    Raises `AssertionError` if it is infeasible, `LookupError` if there is no such instance with a value.
    """
    for opened, case in _cases(problem, file.stem, data):
        arrays = opened.solution(case, file.read_bytes(), file)
        score = opened.score(case, Answer((Solution(0.0, arrays),), 0.0, 1.0, "returned"))
        assert score.message == "", score.message
        if score.metrics["best_known"] is not None:
            return score.metrics["objective"], score.metrics["best_known"]
    raise LookupError(f"no instance {file.stem} of {problem} with a best-known value")


def _cases(problem: str, name: str, data: Path | None) -> Iterator[tuple[Any, Case]]:
    globs = [(None, name)] if data is None else [(None, name), (data, f"*/{name}*")]
    for folder, glob in globs:
        opened = registry.open_problem(problem, ProblemOptions(data=folder, cases=glob))
        for split in SPLITS:
            try:
                found = opened.cases(split)
            except UsageError:
                continue
            yield from ((opened, case) for case in found if instance_name(case.name) == name)
