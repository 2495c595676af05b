"""A task folder as the module of a problem: what the registry finds in place of a `problem.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from solversmith.contract.problem import Parameter, Problem, ProblemOptions
from solversmith.tasks.folder import CONFIG, TaskFolder


def is_task(folder: Path) -> bool:
    """Whether a folder is a task of others: a `config.py`, and no `problem.py`."""
    return (folder / CONFIG).is_file() and not (folder / "problem.py").is_file()


@dataclass(frozen=True)
class TaskModule:
    """What a `problem.py` would define."""

    folder: Path
    PARAMETERS: tuple[Parameter, ...] = ()

    @property
    def SUMMARY(self) -> str:
        """The first line of the task's description."""
        return TaskFolder(self.folder).description.strip().splitlines()[0][:100]

    def build(self, parameters: Mapping[str, str], options: ProblemOptions) -> Problem:
        """The problem. Raises `BadData` and `UsageError`."""
        from solversmith.tasks.problem import TaskProblem

        return TaskProblem(TaskFolder(self.folder), options)
