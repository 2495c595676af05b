"""Programs on instances at time limits, kept line by line: what was interrupted goes on where it was."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solversmith import registry
from solversmith.contract import TEST, Case, Problem, ProblemOptions
from solversmith.evaluate import Evaluator
from solversmith.humans import evaluate_human
from solversmith.records.codec import sha256
from solversmith.session import opened_sandbox
from solversmith.settings import Scoring

SHORT_S, LONG_S = 10.0, 60.0
LONG_PROGRAMS = (
    "expert",
    "classical",
)  # beginnings of names: the others are done, or as far as they get, sooner
LEFT_OUT = "simple_2"  # a second start for the offline model, no further row
LONG_PLACES = (0, 2)  # the easiest and the hardest instance of each problem

# Of each problem three instances, the easiest first: a file of the published layout, and the built-in case
# that takes its place where there is no such file. Without a path there is no real instance of that kind.
INSTANCES: Mapping[str, Sequence[tuple[str, str]]] = {
    "tsp": (
        ("other/pcb442.tsp", "uniform-500-93500"),
        ("easy_test_instances/pr1002.tsp", "uniform-1000-94000"),
        ("hard_test_instances/E10k.0", "E10k.0"),
    ),
    "cvrp": (
        ("easy_test_instances/Golden_9.vrp", "half-clustered-240-62240"),
        ("easy_test_instances/Golden_12.vrp", "clustered-440-62440"),
        ("hard_test_instances/Leuven1.vrp", "clustered-3000-65000"),
    ),
    "mis": (
        ("easy_test_instances/brock800_2.mis", "planted-40-94001"),
        ("hard_test_instances/frb53-24-5.mis", "planted-59-95901"),
        ("hard_test_instances/frb100-40.mis", "planted-100-99901"),
    ),
    "mds": (
        ("easy_test_instances/exact_051.gr", "attachment-1200-4-96103"),
        ("easy_test_instances/exact_033.gr", "geometric-2500-4-96104"),
        ("", "geometric-20000-5-96106"),
    ),
    "cflp": (
        ("other/i300_1.plc", "square-200-200-5-97104"),
        ("other/i500_11.plc", "square-500-500-5-97105"),
        ("", "square-1000-1000-10-97106"),
    ),
    "cpmp": (
        ("easy_test_instances/SJC4a.txt", "random-300-30-72300"),
        ("easy_test_instances/fnl4461_0250.txt", "random-1500-150-73500"),
        ("", "random-3000-600-75000"),
    ),
    "fjsp": (
        ("easy_test_instances/Behnke13.fjs", "centres-50x40-95040"),
        ("hard_test_instances/81.txt", "uniform-30x10x10-93010"),
        ("hard_test_instances/77.txt", "similar-100x10-910010"),
    ),
    "stp": (
        ("easy_test_instances/G207a.stp", "streets-4000-250-94250"),
        ("hard_test_instances/hc9p.stp", "hypercube-10-91000"),
        ("hard_test_instances/cc3-12p.stp", "hypercube-11-91100"),
    ),
}


@dataclass(frozen=True)
class Wanted:
    """One execution that is to be measured."""

    problem: str
    place: int
    limit_s: float

    def opened(self, data: Path | None) -> Problem:
        """The problem with this instance alone in its test split."""
        file, built_in = INSTANCES[self.problem][self.place]
        folder = None if data is None else data / self.problem.upper()
        real = bool(file) and folder is not None and (folder / file).exists()
        options = ProblemOptions(
            data=data if real else None, cases=file if real else built_in, time_limit_s=self.limit_s
        )
        return registry.open_problem(self.problem, options)


def wanted(problems: Sequence[str], limits: Sequence[float]) -> Iterator[Wanted]:
    """Everything at the first limit, then at the next: the longest last."""
    for limit_s in limits:
        for problem in problems:
            for place in range(len(INSTANCES[problem])):
                if limit_s <= SHORT_S or place in LONG_PLACES:
                    yield Wanted(problem, place, limit_s)


def programs(problem: Problem, limit_s: float) -> Mapping[str, str]:
    """The human programs that are measured at this limit."""
    return {
        name: source
        for name, source in problem.solvers.items()
        if name != LEFT_OUT and (limit_s <= SHORT_S or name.startswith(LONG_PROGRAMS))
    }


def measured(wants: Sequence[Wanted], data: Path | None, kept: Path, least_share: float = 0.0) -> None:
    """Measure what `kept` does not have, and add it line by line; one execution at a time.

    Rows that got a smaller share of a core than `least_share` are measured again.
    """
    done = {key for key, row in read_rows(kept).items() if share_of(row) >= least_share}
    for want in wants:
        problem = want.opened(data)
        (case,) = problem.cases(TEST)
        left = {
            name: source
            for name, source in programs(problem, want.limit_s).items()
            if key_of(problem.name, case.digest, source, want.limit_s) not in done
        }
        if not left:
            continue
        with opened_sandbox(problem, Scoring()) as sandbox:
            for name, source in left.items():
                row = one_row(Evaluator(problem, sandbox), case, name, source, want)
                with kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row) + "\n")
                print(line_of(row), file=sys.stderr, flush=True)


def one_row(evaluator: Evaluator, case: Case, name: str, source: str, want: Wanted) -> dict[str, Any]:
    """One program on one instance at one limit."""
    load = os.getloadavg()[0]
    (score,) = evaluate_human(evaluator, source, TEST, [case]).cases
    about = {
        key: score.measured.get(key) for key in ("primal_integral", "first_feasible_s", "cpu_s", "wall_s")
    }
    told = {
        key: score.metrics.get(key) for key in ("size", "part", "objective", "best_known", "gap", "solutions")
    }
    return {
        "key": key_of(want.problem, case.digest, source, want.limit_s),
        "problem": want.problem,
        "instance": case.name.rsplit("/", 1)[-1],
        "place": want.place,
        "program": name,
        "limit_s": want.limit_s,
        "verdict": str(score.verdict),
        "message": score.message[:200],
        **told,
        **about,
        "load": round(load, 2),
        "date": time.strftime("%Y-%m-%d"),
    }


def key_of(problem: str, digest: str, source: str, limit_s: float) -> str:
    """What a row depends on."""
    return sha256(f"{problem} {digest} {limit_s:g}\n{source}")


def share_of(row: Mapping[str, Any]) -> float:
    """How much of a core an execution had, of the time that it took: 1 is a whole one."""
    cpu_s, wall_s = row["cpu_s"] or 0.0, row["wall_s"] or 0.0
    return 1.0 if wall_s < 1.0 else min(1.0, cpu_s / wall_s)  # what is over at once is told by no clock


def read_rows(kept: Path) -> dict[str, dict[str, Any]]:
    """Rows by key; a torn last line is measured again."""
    rows = {}
    for line in kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []:
        try:
            row = json.loads(line)
        except ValueError:
            continue
        rows[row["key"]] = row
    return rows


def line_of(row: Mapping[str, Any]) -> str:
    """A row for whoever waits."""
    gap = "none" if row["gap"] is None else f"{100 * row['gap']:.2f} %"
    integral = "none" if row["primal_integral"] is None else f"{row['primal_integral']:.4f}"
    return (
        f"{row['problem']} {row['instance']} {row['program']} {row['limit_s']:g} s: {row['verdict']}, "
        f"gap {gap}, primal integral {integral}"
    )


def table(rows: Sequence[Mapping[str, Any]], problem: str) -> str:
    """The rows of a problem in Markdown: a line for each instance and program, three columns a limit."""
    own = [row for row in rows if row["problem"] == problem]
    limits = sorted({row["limit_s"] for row in own})
    heads = [f"{what} {limit_s:g} s" for limit_s in limits for what in ("gap %", "integral", "CPU s")]
    lines = ["| instance | program | " + " | ".join(heads) + " |", "|---|---|" + "---:|" * len(heads)]
    for _, instance in sorted({(row["place"], row["instance"]) for row in own}):
        here = [row for row in own if row["instance"] == instance]
        for program in dict.fromkeys(row["program"] for row in here if row["program"] != LEFT_OUT):
            cells = []
            for limit_s in limits:
                found = [r for r in here if r["program"] == program and r["limit_s"] == limit_s]
                cells += cells_of(found[-1]) if found else ["", "", ""]
            lines.append(f"| {instance} | {program} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def cells_of(row: Mapping[str, Any]) -> list[str]:
    """Gap (or the verdict where there is none), primal integral, and how much CPU time it had."""
    cpu = "" if row["cpu_s"] is None else f"{row['cpu_s']:.1f}"
    if row["gap"] is None:
        return [row["verdict"].replace("_", " "), "", cpu]
    return [f"{100 * row['gap']:.2f}", f"{row['primal_integral']:.4f}", cpu]
