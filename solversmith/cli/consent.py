"""The bill of a command: told first, and asked about where it is long."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from solversmith.bill import Bill


def agreeing(
    tell: Callable[[str], None],
    yes: bool,
    paused: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> Callable[[Bill], None]:
    """What tells a bill and demands consent to a long one, of whoever sits at the terminal.

    `paused` keeps the screen free for the question. What it returns raises `UsageError` for a no.
    """

    def agree(bill: Bill) -> None:
        from solversmith.bill import demand_consent

        if not bill.items:
            return
        tell(bill.text)

        def ask(question: str) -> bool:
            with paused():
                return click.confirm(question, err=True)

        asked = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
        demand_consent(bill, yes=yes, ask=ask if asked else None)

    return agree
