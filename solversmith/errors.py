"""Every error that solversmith raises on purpose, and the exit code each one means.

SolversmithError
├── UsageError                 2   what was asked for makes no sense
│   ├── RequestRefused             the server will never answer this one request; ends that attempt
│   ├── UnknownName                no such problem, model, method, parameter; knows close matches
│   └── SettingsDiffer             a run of this name exists with other settings
├── MissingPrerequisite        3   something this machine or user lacks
│   ├── BadData                    a data folder or file that is not there, half there or malformed
│   ├── BadJournal                 a run's journal or texts that were damaged, or can't be read
│   │   └── MissingText                a text that a record cites is gone; a KeyError, too
│   ├── RunLocked                  another process writes into this run directory
│   ├── DiskFull                   there is no room for what is to be recorded
│   └── ServerUnreachable          the model's server does not answer at all
├── InternalFault              4   ours
├── BudgetExhausted            0   a limit of calls, tokens or money is reached; ends a search in good order
│   └── SharedBudgetExhausted      one that other runs pay out of, too: ends no search, halts it
└── CallProblem                    one try at a model call did not succeed (handled by the broker)
    ├── CallFailed                 a whole refusal arrived; nothing was bought
    └── CallInDoubt                bytes left, no whole answer came back; may have been charged

A bad *answer* of a program is none of these: it is a `Score` with a verdict.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

DONE = 0
NO_VALID_CANDIDATE = 1
USAGE = 2
PREREQUISITE = 3
FAULT = 4
INTERRUPTED = 130


class SolversmithError(Exception):
    """Root of the tree. `str()` of it is one clear sentence for a person."""

    exit_code = FAULT


class UsageError(SolversmithError):
    """What was asked for makes no sense; the message says what would."""

    exit_code = USAGE


class UnknownName(UsageError):
    """A name that nothing answers to, with the names that are close."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        few = len(names) <= 6
        close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        if close:
            hint = f"did you mean {' or '.join(repr(c) for c in close)}?"
            hint += f" known: {', '.join(names)}" if few and len(close) > 1 else ""
        else:
            hint = f"known: {', '.join(names) or 'none'}"
        super().__init__(f"no {what} named {name!r}; {hint}")
        self.what, self.name, self.close = what, name, close


class RequestRefused(UsageError):
    """The server will never answer this request, but answers others: what it was asked for is over.

    Such as a conversation that has grown too long, or that a content filter stops. Recorded, and so final.
    """


class SettingsDiffer(UsageError):
    """A run of this name exists with other settings."""


class MissingPrerequisite(SolversmithError):
    """Something that this machine or user lacks; the message says how to get it."""

    exit_code = PREREQUISITE


class BadData(MissingPrerequisite):
    """A data folder or file that is not there, half there or malformed.

    Parameters
    ----------
    message
        What was found and what was expected.
    file, line
        Where; the line counts from 1.
    """

    def __init__(self, message: str, file: object = None, line: int | None = None) -> None:
        where = "" if file is None else f"{file}: " if line is None else f"{file}, line {line}: "
        super().__init__(where + message)
        self.file, self.line = file, line


class BadJournal(MissingPrerequisite):
    """A record inside the journal (not its torn last line), or a text, that was damaged or can't be read.

    What is written here is whole or cut off by `move_torn_tail`: such a line was changed from outside.
    """


class MissingText(BadJournal, KeyError):
    """A text that a record cites is gone. Texts are durable before what cites them: it was taken away."""

    __str__ = Exception.__str__  # a KeyError would show the sentence in quotes


class RunLocked(MissingPrerequisite):
    """Another process writes into this run directory."""


class DiskFull(MissingPrerequisite):
    """There is no room for what is to be recorded; whatever else would write there finds none either."""


class ServerUnreachable(MissingPrerequisite):
    """The model's server does not answer at all."""


class InternalFault(SolversmithError):
    """A fault of ours."""

    exit_code = FAULT


class BudgetExhausted(SolversmithError):
    """The next call could go over a limit of calls, tokens or money, so it was not made."""

    exit_code = DONE


class SharedBudgetExhausted(BudgetExhausted):
    """The budget of several runs is spent: each is halted as it stands, and goes on with a larger one."""


class CallProblem(SolversmithError):
    """One try at a model call that did not succeed. `retry` says whether another try is worth it."""

    exit_code = PREREQUISITE

    def __init__(self, message: str, *, retry: bool, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry, self.retry_after_s = retry, retry_after_s


class CallFailed(CallProblem):
    """A whole refusal arrived (a status such as 429 or 500): nothing was bought.

    Parameters
    ----------
    sent
        False where no byte of the request left, such as a refused connection.
    charged
        True for a whole reply that can't be read: it may have been paid for.
    usage
        True where the request itself is at fault: ends as a `UsageError`, not as a missing prerequisite.
    limited
        True where the server was asked too much (429): it wants to be asked less.
    refused
        What the server said, where it may be for what this one request says, and others may be answered.
    """

    def __init__(
        self,
        message: str,
        *,
        retry: bool,
        retry_after_s: float | None = None,
        sent: bool = True,
        charged: bool = False,
        usage: bool = False,
        limited: bool = False,
        refused: str | None = None,
    ) -> None:
        super().__init__(message, retry=retry, retry_after_s=retry_after_s)
        self.sent, self.charged, self.usage = sent, charged, usage
        self.limited, self.refused = limited, refused


class CallInDoubt(CallProblem):
    """Bytes left and no whole answer came back: it may have been charged."""
