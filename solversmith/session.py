"""Where everything is put together: what a person asked for becomes a problem, a sandbox, a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sandbox.errors import EnvironmentMismatch, IsolationUnavailable, MissingPackage
from solversmith import registry
from solversmith.contract.problem import Problem
from solversmith.contract.running import Sandbox
from solversmith.errors import MissingPrerequisite
from solversmith.settings import Scoring


def opened_problem(spec: str, scoring: Scoring, progress: Callable[[str], None] | None = None) -> Problem:
    """The problem that a spec names, opened with what was asked for.

    Raises
    ------
    UnknownName, UsageError
        No such problem or parameter, or a value that it does not take.
    BadData
        A folder or data set that can't be read.
    """
    return registry.open_problem(spec, scoring.options(progress))


@contextmanager
def opened_sandbox(problem: Problem, scoring: Scoring, slots: int = 1) -> Iterator[Sandbox]:
    """A sandbox with the problem's packages; closed behind the block.

    Raises
    ------
    MissingPrerequisite
        The isolation that was asked for, or the least that is allowed, can't be had; or a package is missing.
    """
    from sandbox.local import LocalSandbox

    try:
        sandbox = LocalSandbox(
            isolation=scoring.isolation,
            slots=slots,
            unsafe_exec=scoring.unsafe_exec,
            packages=problem.packages,
        )
    except (IsolationUnavailable, EnvironmentMismatch, MissingPackage) as error:
        raise MissingPrerequisite(f"{error} (`solversmith doctor` tells more)") from error
    try:
        yield sandbox
    finally:
        sandbox.close()
