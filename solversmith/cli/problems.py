"""`solversmith problems`: the catalogue, or one problem in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from solversmith import errors
from solversmith.cli.options import scoring_options, taken_scoring
from solversmith.cli.terminal import note, say, say_json

if TYPE_CHECKING:
    from solversmith.contract.problem import Parameter, Problem


@click.command("problems")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@scoring_options
def command(name: str | None, as_json: bool, **given: Any) -> int:
    """List the problems, or show NAME[:key=value,...] in full.

    In full: parameters and their values, limits, human programs, statement and template.
    """
    scoring = taken_scoring(given)
    if name is None:
        _list(as_json)
        return errors.DONE
    from solversmith import registry
    from solversmith.session import opened_problem

    module = registry.find_module(registry.parse_spec(name)[0])
    problem = opened_problem(name, scoring, note)
    if as_json:
        say_json(_as_object(problem, module.SUMMARY, module.PARAMETERS))
    else:
        _show(problem, module.SUMMARY, module.PARAMETERS)
    return errors.DONE


def _list(as_json: bool) -> None:
    from solversmith import registry
    from solversmith.tables import Column, Table, as_text

    found = list(registry.summaries())
    if as_json:
        say_json({"problems": {name: module.SUMMARY for name, module in found}})
        return
    columns = (Column("name", "problem"), Column("parameters", "parameters"), Column("summary", "what it is"))
    rows = tuple(
        {
            "name": name,
            "parameters": ", ".join(_default(parameter) for parameter in module.PARAMETERS),
            "summary": module.SUMMARY,
        }
        for name, module in found
    )
    say(as_text(Table("", columns, rows)))
    say("`solversmith problems NAME` shows one in full; a folder with a problem.py is a problem, too.")


def _default(parameter: Parameter) -> str:
    return f"{parameter.name}={parameter.values[0]}" if parameter.values else f"{parameter.name}=..."


def _show(problem: Problem, summary: str, parameters: tuple[Parameter, ...]) -> None:
    from solversmith.tables.model import counted
    from solversmith.tables.scores import reference_line, title_of

    say(f"{title_of(problem.name, problem.parameters)}\n{summary}\n")
    for parameter in parameters:
        values = " ".join(parameter.values) or "any"
        say(f"parameter {parameter.name}: {parameter.meaning}\n  values: {values} (the first is the default)")
    case = problem.cases("dev")[0]
    limits = problem.limits(case)
    memory = f"{limits.memory_bytes / 2**20:.0f} MiB"
    say(f"limits of one execution: {limits.wall_s:g} s, {counted(limits.threads, 'core')}, {memory}")
    for split in ("dev", "test"):
        names = [case.name for case in problem.cases(split)]
        more = f", ... ({len(names)} cases)" if len(names) > 6 else ""
        say(f"{split}: {', '.join(names[:6])}{more}")
    say(reference_line(problem.reference))
    say(f"packages: {', '.join(problem.packages) or 'the standard library only'}")
    say(f"human programs: {', '.join(problem.solvers)} (`solversmith score {problem.name} simple`)")
    say(f"\n--- statement ---\n{problem.statement.rstrip()}\n\n--- template ---\n{problem.template.rstrip()}")


def _as_object(problem: Problem, summary: str, parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    limits = problem.limits(problem.cases("dev")[0])
    return {
        "problem": problem.name,
        "summary": summary,
        "parameters": dict(problem.parameters),
        "values": {parameter.name: list(parameter.values) for parameter in parameters},
        "entry_point": problem.entry_point,
        "anytime": problem.anytime,
        "packages": list(problem.packages),
        "limits": {
            "wall_s": limits.wall_s,
            "threads": limits.threads,
            "memory_bytes": limits.memory_bytes,
        },
        "cases": {split: [case.name for case in problem.cases(split)] for split in ("dev", "test")},
        "reference": problem.reference,
        "solvers": list(problem.solvers),
        "statement": problem.statement,
        "template": problem.template,
    }
