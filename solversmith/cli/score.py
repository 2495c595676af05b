"""`solversmith score`: one program on one problem, no model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solversmith import errors
from solversmith.cli.consent import agreeing
from solversmith.cli.options import YES, beside_options, scoring_options, taken_scoring
from solversmith.cli.terminal import foreign, note, say, say_json

if TYPE_CHECKING:
    from solversmith.contract.problem import Problem
    from solversmith.records.score import Score

MOST_PROGRAM_BYTES = 4 << 20


@click.command("score")
@click.argument("problem")
@click.argument("program")
@click.option(
    "--split", type=click.Choice(["dev", "test"]), default="dev", show_default=True, help="Which cases."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Decides what programs draw."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="Cases at once. [default: 2, as far as there are cores]",
)
@beside_options
@click.option("--signals", is_flag=True, help="PDEs: show the signals, too, that need no reference.")
@scoring_options
@YES
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, everything else on stderr.")
def command(
    problem: str,
    program: str,
    split: str,
    seed: int,
    workers: int | None,
    yes: bool,
    order: bool,
    warm: bool,
    signals: bool,
    as_json: bool,
    **given: Any,
) -> int:
    """Run PROGRAM on the cases of PROBLEM in the sandbox and score what it returns.

    PROBLEM is NAME[:key=value,...] or a folder with a problem.py. PROGRAM is a file, or the name of one of
    the problem's human programs: trivial, simple, expert.

    Exit code 0: every case is ok; 1: done, but not valid.
    """
    from solversmith.beside import demand, with_signals
    from solversmith.bill import score_bill
    from solversmith.contract.problem import BySplit
    from solversmith.evaluate import Evaluator
    from solversmith.humans import evaluate_human
    from solversmith.isolation import isolation_of
    from solversmith.session import caution, opened_problem, opened_sandbox

    scoring = taken_scoring(given)
    opened = opened_problem(problem, scoring, note)
    opened = opened.only(split) if isinstance(opened, BySplit) else opened
    source = program_text(opened, program)
    demand(opened, split, signals=signals, order=order, warm=warm)
    cases = opened.cases(split)
    slots = min(len(cases), workers or _slots(opened.limits(cases[0]).threads))
    agreeing(note, yes)(score_bill(opened, cases, slots, order=order, warm=warm))
    with opened_sandbox(opened, scoring, slots) as sandbox:
        if (warning := caution(sandbox.level, sandbox.describe())) is not None:
            note(warning)
        evaluator = Evaluator(opened, sandbox, seed=seed, workers=slots, order=order, warm=warm)
        is_human = source == opened.solvers.get(program)

        def evaluated(chosen: Evaluator) -> Score:
            evaluate = partial(evaluate_human, chosen) if is_human else chosen.evaluate
            return evaluate(source, split, cases)

        score = evaluated(evaluator)
        if signals:
            alone = replace(evaluator, order=False, warm=False, signals=True)
            score = with_signals(score, evaluated(alone))
        isolation = isolation_of(sandbox).shown
        described = sandbox.describe()  # behind the work: a start may have turned out cold
    if as_json:
        say_json(as_object(opened, split, seed, score, described))
    else:
        _print(opened, split, score, isolation)
    return exit_code(score)


def program_text(problem: Problem, program: str) -> str:
    """The source of a file, or of a human program by its name.

    Raises
    ------
    UsageError
        There is no such file, or it is not a program's text.
    UnknownName
        It looks like a name, and no human program has it.
    """
    path = Path(program).expanduser()
    if path.is_file():
        return _read(path)
    if program in problem.solvers:
        return problem.solvers[program]
    if path.exists():
        raise errors.UsageError(f"{program!r} is not a file; give a program's .py file")
    if "/" in program or path.suffix:
        raise errors.UsageError(f"there is no file {program!r}; give a .py file or one of: {_names(problem)}")
    raise errors.UnknownName(f"human program of {problem.name} (nor a file)", program, problem.solvers)


def _slots(threads: int) -> int:
    """Two cases at once, unless the cores of this machine are too few for both."""
    import os

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(2, cores // threads))


def exit_code(score: Score) -> int:
    """0 if every case is ok, 4 if a fault of ours stays, else 1."""
    if score.verdict == "ok":
        return errors.DONE
    return errors.FAULT if score.verdict == "internal_error" else errors.NO_VALID_CANDIDATE


def as_object(
    problem: Problem, split: str, seed: int, score: Score, sandbox: Mapping[str, Any]
) -> dict[str, Any]:
    """What `--json` prints; others rely on these keys."""
    from solversmith.rounds import parts_of

    return {
        "problem": problem.name,
        "parameters": dict(problem.parameters),
        "split": split,
        "reference": problem.reference,
        "seed": seed,
        "level": sandbox["level"],
        "verdict": str(score.verdict),
        "loss": score.loss,
        "failed": score.failed,
        "parts": parts_of(score, problem.failure_loss),
        "cases": [
            {
                "case": case.case,
                "verdict": str(case.verdict),
                "loss": case.loss,
                "metrics": case.metrics,
                "message": case.message,
                "fingerprint": case.fingerprint,
                "measured": case.measured,
            }
            for case in score.cases
        ],
        "measured": {"sandbox": sandbox, "wall_s": total_wall_s(score)},
    }


def total_wall_s(score: Score) -> float:
    """Seconds that the program ran, over all cases."""
    return round(sum(float(case.measured.get("wall_s", 0.0)) for case in score.cases), 6)


def _print(problem: Problem, split: str, score: Score, level: str) -> None:
    from solversmith.tables import as_text
    from solversmith.tables.beside import beside_lines
    from solversmith.tables.scores import case_table, mean_lines, reference_line, total_line

    say(as_text(case_table(problem, split, score)))
    say(total_line(problem, score, level))
    for line in mean_lines(problem, score):
        say(line)
    say(reference_line(problem.reference))
    for case in score.cases:
        for line in beside_lines(case):
            say(line)
        if case.message:
            say(f"\n{case.case}: {case.verdict}\n{foreign(case.message)}")


def _read(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise errors.UsageError(f"can't read {str(path)!r}: {error.strerror}") from None
    if len(raw) > MOST_PROGRAM_BYTES:
        raise errors.UsageError(
            f"{str(path)!r} has {len(raw)} bytes; a program has at most {MOST_PROGRAM_BYTES}"
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise errors.UsageError(
            f"{str(path)!r} is not UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from None


def _names(problem: Problem) -> str:
    return ", ".join(problem.solvers)
