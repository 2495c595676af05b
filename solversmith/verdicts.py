"""The one table from how an execution ended to what that means. `docs/architecture.md` shows it."""

from __future__ import annotations

from sandbox.spec import EndedBy
from solversmith.records.verdict import Verdict

# Whatever was answered before: these end an execution for good.
_ALWAYS = {
    EndedBy.FAULT: Verdict.INTERNAL_ERROR,
    EndedBy.NO_ENTRY_POINT: Verdict.NO_CODE,
    EndedBy.SYNTAX_ERROR: Verdict.SYNTAX_ERROR,
    EndedBy.PROTOCOL: Verdict.PROTOCOL_ERROR,
    EndedBy.BAD_OUTPUT: Verdict.BAD_OUTPUT,
}
# Without a whole answer that counts.
_FAILED = {
    EndedBy.RETURNED: Verdict.BAD_OUTPUT,
    EndedBy.WALL_LIMIT: Verdict.TIME_LIMIT,
    EndedBy.CPU_LIMIT: Verdict.TIME_LIMIT,
    EndedBy.MEMORY_LIMIT: Verdict.MEMORY_LIMIT,
    EndedBy.OUTPUT_LIMIT: Verdict.OUTPUT_LIMIT,
    EndedBy.IMPORT_ERROR: Verdict.IMPORT_ERROR,
    EndedBy.EXCEPTION: Verdict.RUNTIME_ERROR,
    EndedBy.EXITED: Verdict.CRASH,
    EndedBy.SIGNAL: Verdict.CRASH,
}


def verdict_of(anytime: bool, ended_by: EndedBy, answered: bool) -> Verdict | None:
    """The verdict of an execution; `None` where the last whole answer is to be scored.

    An anytime program with a whole last answer is scored however it ended, but for a fault of ours and for
    endings that show the answers to be no answers. Any other program must have returned.
    """
    if ended_by in _ALWAYS:
        return _ALWAYS[ended_by]
    if answered and (anytime or ended_by is EndedBy.RETURNED):
        return None
    return _FAILED[ended_by]
