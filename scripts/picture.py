"""The picture of the README: what the best candidates of `make demo` answer, and how far off they are.

    .venv/bin/python scripts/picture.py docs/result.png

Runs the chosen program of the newest burgers run on its dev cases, and the chosen and the human programs of
the newest tsp run, in the sandbox, and draws what came back beside the reference.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from codepde.cache import default_root
from codepde.solutions import references
from sandbox.local import LocalSandbox
from solversmith.answers import decode
from solversmith.contract import DEV, Case, Problem, ProblemOptions, Verdict
from solversmith.evaluate import Evaluator, job_of
from solversmith.registry import open_problem

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from codepde.problem import PdeProblem

TSP_LIMIT_S = 3.0


def newest(problem: str) -> str:
    """The program that the newest run on a problem chose."""
    runs = sorted(Path("runs").glob(f"{problem}*/best.py"), key=lambda file: file.stat().st_mtime)
    if not runs:
        sys.exit(f"no run on {problem} with a chosen program under runs/: `make demo` makes one")
    return runs[-1].read_text(encoding="utf-8")


def answered(problem: Problem, case: Case, program: str, sandbox: LocalSandbox) -> np.ndarray[Any, Any]:
    """The trajectory that a program answers on a case."""
    job = job_of(problem, case, program)
    return decode(job.answer, sandbox.run(job), job.limits.wall_s).last["trajectory"]


def draw_field(axes: Axes, field: np.ndarray[Any, Any], title: str, **style: Any) -> None:
    """One field in space and time."""
    image = axes.imshow(field, origin="lower", aspect="auto", extent=(0, 1, 0, 2), **style)
    axes.set(title=title, xlabel="x", ylabel="t")
    axes.figure.colorbar(image, ax=axes)


def draw_burgers(row: list[Axes], sandbox: LocalSandbox) -> None:
    """The chosen candidate, the exact solution, and the difference, for the first dev sample."""
    problem: PdeProblem = open_problem("burgers", ProblemOptions(samples=4))  # type: ignore[assignment]
    case = problem.cases(DEV)[0]
    found = answered(problem, case, newest("burgers"), sandbox)[0]
    exact = references(problem.family, case.data, default_root())[0].fields["trajectory"]
    reach = float(np.abs(exact).max())
    draw_field(row[0], found, "best candidate: u(x, t)", cmap="RdBu_r", vmin=-reach, vmax=reach)
    draw_field(row[1], exact, "exact reference", cmap="RdBu_r", vmin=-reach, vmax=reach)
    error = np.log10(np.maximum(np.abs(found - exact), 1e-8))
    draw_field(row[2], error, "log10 |difference|", cmap="magma", vmin=-6, vmax=0)


def draw_tsp(axes: Axes, sandbox: LocalSandbox) -> None:
    """The gap over time on the largest of the first dev cases, of the chosen and the human programs."""
    problem = open_problem("tsp", ProblemOptions(samples=3, time_limit_s=TSP_LIMIT_S))
    case = problem.cases(DEV)[-1]
    rows = {"best candidate": newest("tsp"), **{name: problem.solvers[name] for name in ("simple", "expert")}}
    for name, program in rows.items():
        score = Evaluator(problem, sandbox).evaluate(program, DEV, [case]).cases[0]
        if score.verdict is not Verdict.OK:
            sys.exit(f"{name} on {case.name}: {score.verdict}: {score.message}")
        points = [(t_s, gap) for t_s, _, gap in score.measured["trajectory"]]
        times, gaps = zip(*points, (TSP_LIMIT_S, points[-1][1]), strict=True)
        axes.step(times, 100 * np.asarray(gaps), where="post", label=name)
    axes.set(yscale="log", xlabel="seconds", ylabel="gap to best known, %", title=f"tsp, {case.name}")
    axes.legend()


def main(target: str) -> None:
    """Draw it."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 4, figsize=(17, 3.6), layout="constrained")
    with LocalSandbox() as sandbox:
        draw_burgers(list(axes[:3]), sandbox)
        draw_tsp(axes[3], sandbox)
    figure.savefig(target, dpi=80)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "docs/result.png")
