"""What a model is told. Pure: the same arguments give the same messages.

Every prompt ends with a line ``task: draft|debug|refine|combine|mutate|text problem=NAME``. A program that
is shown stands in a fence behind a line ``program id=... loss=... verdict=...``. Feedback stands behind a
line ``feedback:`` and begins with ``verdict: ...``. Whatever a program said is quoted, so that it can't pose
as one of these lines. Nothing of the test split and no reference value comes here: only what the problem
states and what `Problem.feedback` tells about dev.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from solversmith.contract.model import Message
from solversmith.contract.problem import DEV, Problem
from solversmith.quoting import cleaned, program_fence, quoted
from solversmith.records.score import Score
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
) -> tuple[Message, ...]:
    """System and user message of an attempt's first round; `signals`: losses on dev are made of signals."""
    programs = [part for program in shown for part in _shown(program)]
    expected = _WORDS if task == TEXT else _WHOLE.format(entry_point=problem.entry_point)
    template = f"template:\n{program_fence(problem.template)}"
    parts = [problem.statement.strip(), _limits(problem), template, *programs, cleaned(instruction).strip()]
    system = Message("system", _SYSTEM_SIGNALS if signals else _SYSTEM)
    return system, _user([*parts, expected], task, problem.name)


def debug_messages(problem: Problem, completion: str, feedback: str | None) -> tuple[Message, ...]:
    """What a repair adds to the conversation: the completion, and what went wrong with it.

    `feedback` is what `feedback_text` made; `None` tells only that it failed.
    """
    told = "The program failed." if feedback is None else f"feedback:\n{feedback}"
    expected = "Repair it. " + _WHOLE.format(entry_point=problem.entry_point)
    said = completion if completion.strip() else "(an empty reply)"  # some servers refuse an empty message
    return Message("assistant", said), _user([told, expected], DEBUG, problem.name)


def feedback_text(problem: Problem, score: Score) -> str:
    """What the next prompt says about a dev score: the verdict, and the problem's words in quotes."""
    if score.verdict is Verdict.INTERNAL_ERROR:
        return ""  # a fault of ours is never shown
    said = problem.feedback(score).removeprefix(f"verdict: {score.verdict}").lstrip("\n")
    return f"verdict: {score.verdict}\n{quoted(said)}" if said.strip() else f"verdict: {score.verdict}"


def capped(tokens: int) -> str:
    """What is said of a reply that the output cap ended."""
    return f"The reply was cut off at the limit of {tokens} output tokens: write a shorter one."


def no_code_text(entry_point: str, cut: str | None) -> str:
    """The feedback to a reply without a whole program; `cut` says why the reply breaks off, if it does."""
    lines = [
        f"verdict: {Verdict.NO_CODE}",
        f"No program was found: no ```python block of the reply defines `{entry_point}` at module level.",
    ]
    return "\n".join([*lines, *([cut] if cut else [])])


def with_cut(feedback: str, cut: str) -> str:
    """The feedback to a program behind which the reply breaks off."""
    return "\n".join([feedback, cut])


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
