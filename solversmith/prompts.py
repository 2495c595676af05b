"""What a model is told. Pure: the same arguments give the same messages.

Every prompt ends with a line ``task: draft|debug|refine|combine|mutate|text problem=NAME``. A program that
is shown stands in a fence behind a line ``program id=... loss=... verdict=...``. Feedback stands behind a
line ``feedback:`` and begins with ``verdict: ...``. Whatever a program said is quoted, so that it can't pose
as one of these lines. Nothing of the test split and no reference value comes here: only what the problem
states and what `Problem.feedback` tells about dev.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from solversmith.contract.model import Message
from solversmith.contract.problem import DEV, Problem
from solversmith.quoting import cleaned, program_fence, quoted
from solversmith.records.score import CaseScore, Score
from solversmith.records.verdict import Verdict

DRAFT, DEBUG, TEXT = "draft", "debug", "text"
FILTERED = "The reply was cut off by a content filter of the server."
_SYSTEM = (
    "You write numerical and combinatorial solvers in Python. Your program is run in a sandbox and scored "
    "against a reference that you do not see; a lower loss is better."
)
_SYSTEM_SIGNALS = (
    "You write numerical solvers in Python. Your program is run in a sandbox, on inputs and on related ones, "
    "and judged by how well its own answers agree and keep exact balances; a lower loss is better. No "
    "reference is used until the end: then one program is scored as the task states."
)
_WHOLE = "Answer with the whole program in one ```python block; it defines `{entry_point}`."
_WORDS = "Answer in words, not with a program."
_EDITS = """Or change {base}, by one edit or several of this form:

<<<<<<< SEARCH
lines as they stand in the program
=======
what takes their place
>>>>>>> REPLACE

Only what an edit's first part quotes exactly, and what stands at one place alone, can be changed."""
_RUNS = (
    "You may have a program run before you hand one in, {left}: it runs on the dev cases, and you are told "
    "how that ends and what it prints, but no loss. End the reply with the line `action: run` to have its "
    "program run, or with `action: hand in` to have it scored. Only what is handed in counts."
)
_NO_RUNS = "No run is left: what you answer is handed in."
_SHARES = (0.05, 0.2, 0.5, 0.8)
_MOST_RUN = 3000  # characters of what is told of one run


@dataclass(frozen=True)
class Leave:
    """What a reply may be besides a whole program: edits of `base`, and one of `runs` that are left."""

    base: str = ""  # what the program is called that may be edited; empty: none
    runs: int | None = None  # None: there never were any


NONE_GIVEN = Leave()


@dataclass(frozen=True)
class Shown:
    """A program that a prompt shows. `feedback` as `feedback_text` made it, empty for none."""

    id: str
    loss: float | None
    verdict: str
    program: str
    feedback: str = ""


def first_messages(
    problem: Problem,
    task: str,
    instruction: str = "",
    shown: Sequence[Shown] = (),
    signals: bool = False,
    leave: Leave = NONE_GIVEN,
) -> tuple[Message, ...]:
    """System and user message of an attempt's first round; `signals`: losses on dev are made of signals."""
    programs = [part for program in shown for part in _shown(program)]
    expected = _WORDS if task == TEXT else _expected(problem, leave)
    template = f"template:\n{program_fence(problem.template)}"
    parts = [problem.statement.strip(), _limits(problem), template, *programs, cleaned(instruction).strip()]
    system = Message("system", _SYSTEM_SIGNALS if signals else _SYSTEM)
    return system, _user([*parts, expected], task, problem.name)


def debug_messages(
    problem: Problem, completion: str, feedback: str | None, leave: Leave = NONE_GIVEN
) -> tuple[Message, ...]:
    """What a repair adds to the conversation: the completion, and what went wrong with it.

    `feedback` is what `feedback_text` made; `None` tells only that it failed.
    """
    told = "The program failed." if feedback is None else f"feedback:\n{feedback}"
    expected = "Repair it. " + _expected(problem, leave)
    return _said(completion), _user([told, expected], DEBUG, problem.name)


def run_messages(
    problem: Problem, completion: str, told: str, task: str, leave: Leave
) -> tuple[Message, ...]:
    """What a run adds to the conversation: the completion, and what `run_text` made of the run."""
    parts = [f"The program was run, not scored.\n{told}", _expected(problem, leave)]
    return _said(completion), _user(parts, task, problem.name)


def run_text(score: Score) -> str:
    """What is told of a run on dev: how each case ended, how long it took, what it printed. No loss.

    Times are told in parts of the limit, so that they seldom differ between two runs of one program.
    """
    if score.verdict is Verdict.INTERNAL_ERROR:
        return ""  # a fault of ours is never shown
    most = _MOST_RUN // len(score.cases)
    return "\n".join(line for case in score.cases for line in _ran(case, most))


def feedback_text(problem: Problem, score: Score) -> str:
    """What the next prompt says about a dev score: the verdict, and the problem's words in quotes."""
    if score.verdict is Verdict.INTERNAL_ERROR:
        return ""  # a fault of ours is never shown
    said = problem.feedback(score).removeprefix(f"verdict: {score.verdict}").lstrip("\n")
    return f"verdict: {score.verdict}\n{quoted(said)}" if said.strip() else f"verdict: {score.verdict}"


def capped(tokens: int) -> str:
    """What is said of a reply that the output cap ended."""
    return f"The reply was cut off at the limit of {tokens} output tokens: write a shorter one."


def no_code_text(entry_point: str, cut: str | None, misfit: str = "") -> str:
    """The feedback to a reply without a whole program.

    `cut` says why the reply breaks off, if it does; `misfit` why its edits could not be applied.
    """
    without = (
        f"No program was found: no ```python block of the reply defines `{entry_point}` at module level."
    )
    lines = [f"verdict: {Verdict.NO_CODE}", f"Nothing was changed: {misfit}." if misfit else without]
    return "\n".join([*lines, *([cut] if cut else [])])


def with_cut(feedback: str, cut: str) -> str:
    """The feedback to a program behind which the reply breaks off."""
    return "\n".join([feedback, cut])


def _expected(problem: Problem, leave: Leave) -> str:
    parts = [_WHOLE.format(entry_point=problem.entry_point)]
    if leave.base:
        parts.append(_EDITS.format(base=leave.base))
    if leave.runs is not None:
        times = "once" if leave.runs == 1 else f"{leave.runs} times"
        parts.append(_RUNS.format(left=times) if leave.runs else _NO_RUNS)
    return "\n\n".join(parts)


def _said(completion: str) -> Message:
    # Some servers refuse an empty message.
    return Message("assistant", completion if completion.strip() else "(an empty reply)")


def _ran(case: CaseScore, most: int) -> Iterator[str]:
    """Lines on one case of a run."""
    ended = "it answered, in the declared form" if case.verdict is Verdict.OK else str(case.verdict)
    yield f"{case.case}: {ended}{_share(case.measured)}"
    printed = "\n".join(str(case.measured.get(stream, "")).strip() for stream in ("stdout", "stderr"))
    for title, text in (("", case.message), ("printed:", printed)):
        if text.strip():
            yield from [title, quoted(text, most)] if title else [quoted(text, most)]


def _share(measured: Mapping[str, Any]) -> str:
    wall_s, limit_s = measured.get("wall_s"), measured.get("limit_s")
    if not isinstance(wall_s, int | float) or not isinstance(limit_s, int | float) or limit_s <= 0:
        return ""
    share = next((share for share in _SHARES if wall_s <= share * limit_s), 1.0)
    return f"; it took less than {share:.0%} of the time limit" if share < 1 else "; it took its time"


def _user(parts: Iterable[str], task: str, name: str) -> Message:
    return Message("user", "\n\n".join([*(part for part in parts if part), f"task: {task} problem={name}"]))


def _shown(shown: Shown) -> tuple[str, str]:
    loss = "none" if shown.loss is None else f"{shown.loss:.6g}"
    head = f"program id={shown.id} loss={loss} verdict={shown.verdict}"
    feedback = f"feedback:\n{shown.feedback}" if shown.feedback else ""
    return f"{head}\n{program_fence(cleaned(shown.program))}", feedback


def _limits(problem: Problem) -> str:
    limits = [problem.limits(case) for case in problem.cases(DEV)]
    walls = sorted({limit.wall_s for limit in limits})
    seconds = f"{walls[0]:g}" if len(walls) == 1 else f"{walls[0]:g} to {walls[-1]:g}"
    most = limits[0]
    packages = ", ".join([*problem.packages, "the standard library"])
    return (
        f"limits: {seconds} s, {most.threads} core(s) and {most.memory_bytes / 2**20:.0f} MiB for each case, "
        f"{most.output_bytes / 2**20:g} MiB printed; "
        f"packages: {packages}."
    )
