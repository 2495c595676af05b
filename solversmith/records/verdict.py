"""What an execution means."""

from __future__ import annotations

import enum
from collections.abc import Iterable


class Verdict(enum.StrEnum):
    """Verdicts in order of precedence: a candidate's verdict is the first of these over its cases.

    Only `OK` is a success. `INTERNAL_ERROR` is ours: retried, never shown to a model, never averaged.
    """

    INTERNAL_ERROR = "internal_error"
    NO_CODE = "no_code"
    SYNTAX_ERROR = "syntax_error"
    IMPORT_ERROR = "import_error"
    RUNTIME_ERROR = "runtime_error"
    CRASH = "crash"
    TIME_LIMIT = "time_limit"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    PROTOCOL_ERROR = "protocol_error"
    BAD_OUTPUT = "bad_output"
    NON_FINITE = "non_finite"
    INFEASIBLE = "infeasible"
    CUT = "cut"
    OK = "ok"

    @property
    def precedence(self) -> int:
        """0 for the verdict that outweighs all others."""
        return list(Verdict).index(self)


def first_in_precedence(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a candidate from those of its cases. Raises `ValueError` if there are none."""
    return min(verdicts, key=lambda verdict: verdict.precedence)
