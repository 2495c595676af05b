"""When to try again, and how long to wait before it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from solversmith.errors import (
    CallFailed,
    CallProblem,
    MissingPrerequisite,
    ServerUnreachable,
    SolversmithError,
    UsageError,
)


@dataclass(frozen=True)
class Retry:
    """At most `tries` tries; waits grow from `first_s`, doubling, up to `most_s`.

    A server's Retry-After is obeyed up to `most_after_s`. A server that was never reached in this session is
    given up after `first_tries`: a wrong address is told within seconds.
    """

    tries: int = 6
    first_tries: int = 3
    first_s: float = 1.0
    most_s: float = 60.0
    most_after_s: float = 120.0

    def __post_init__(self) -> None:
        if self.tries < 1:
            raise UsageError(f"a call needs at least one try, not {self.tries}")

    def is_over(self, problems: Sequence[CallProblem], *, reached: bool) -> bool:
        """Whether the last of these problems ends the call."""
        most = self.tries if reached else min(self.tries, self.first_tries)
        return not problems[-1].retry or len(problems) >= most

    def wait_s(self, call: str, failures: int, problem: CallProblem) -> float:
        """How long to wait after the given number of failures (from 1) of a call in this session.

        A part of up to a half is taken off by a hash of the call, so that calls that failed together don't
        come back together; the same call always waits the same.
        """
        if problem.retry_after_s is not None:
            return max(0.0, min(problem.retry_after_s, self.most_after_s))
        wait = min(self.most_s, self.first_s * 2.0 ** min(failures - 1, 30))
        digest = hashlib.sha256(f"{call} {failures}".encode()).digest()
        return wait * (1 - 0.5 * int.from_bytes(digest[:4]) / 2**32)


def final_error(model: str, problems: Sequence[CallProblem]) -> SolversmithError:
    """What is raised when the last try is over."""
    last, tries = problems[-1], len(problems)
    if all(isinstance(problem, CallFailed) and not problem.sent for problem in problems):
        return ServerUnreachable(f"{last} (tried {tries} times); the same command continues the run")
    if last.retry:
        return MissingPrerequisite(
            f"model {model!r} gave no answer in {tries} tries; last: {last}; the same command continues"
        )
    if isinstance(last, CallFailed) and last.usage:
        return UsageError(str(last))
    return MissingPrerequisite(str(last))
