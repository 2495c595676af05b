"""How long it takes to read: a long run, a table over many runs, a report of many candidates.

    python benchmarks/tables.py [--records 100000] [--runs 1000] [--candidates 200]

Runs are made up (`tests/synthetic_runs.py`) with texts of a usual size. `open`: `RunDirectory.read` of a run
with so many records. `table`, `compare`: over so many runs of 16 candidates. `report`: one run of so many
candidates, refined, each with a prompt, a program and a diff; with its figures. Processor beside wall time:
where others use the machine, only the first is a property of this program.
"""

# ruff: noqa: E402 - what is measured is found beside this folder
from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])
sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "tests"))

from synthetic_runs import Made, make_run

from solversmith.cli.main import main
from solversmith.store import RunDirectory

RECORDS_A_CANDIDATE = 5  # proposal, call (twice), round, candidate
MIB = 1 << 20


def program(rng: random.Random, lines: int = 110) -> str:
    """A program of this length; a tenth of the lines are its own."""
    body = [
        f"    x{i} = np.dot(a, {rng.random():.6f}) if n > {i} else 'none'  # step {i}"
        if i % 10 == 0
        else f"    x{i} = np.roll(x{i - 1}, 1) - 2.0 * x{i - 1} + np.roll(x{i - 1}, -1)"
        for i in range(1, lines)
    ]
    return "\n".join(
        ["import numpy as np\n", "def solver(a, n):", "    x0 = np.asarray(a)", *body, "    return x0\n"]
    )


def refined(count: int, rng: random.Random) -> list[Made]:
    """Candidates that each come from the one before."""
    made: list[Made] = []
    for number in range(count):
        parents = (f"c{number - 1:04d}",) if number else ()
        loss = None if number % 5 == 3 else 0.5 / (number + 1)
        thoughts = " ".join(f"word{rng.randrange(1000)}" for _ in range(400))
        made.append(
            Made(loss, program(rng), parents, f"{thoughts}\n", "printed\n" * 20, rounds=1 + number % 2)
        )
    return made


def timed(work: Callable[[], object]) -> dict[str, float]:
    """Wall and processor seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return {"wall_s": round(time.perf_counter() - wall, 2), "cpu_s": round(time.process_time() - cpu, 2)}


def quiet(*arguments: str) -> None:
    """A command, its output thrown away."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = main(arguments)
    if code:
        raise SystemExit(f"{' '.join(arguments)} ended with {code}")


def measured(records: int, runs: int, candidates: int, folder: Path) -> dict[str, object]:
    """Everything, in order."""
    rng = random.Random(1)
    long = make_run(
        folder / "long", "run", [Made(rng.random()) for _ in range(records // RECORDS_A_CANDIDATE)]
    )
    found: dict[str, object] = {
        "open": {"records": records, **timed(lambda: RunDirectory.read(long).close())}
    }
    found["show"] = timed(lambda: quiet("show", str(long), "--rounds"))
    for number in range(runs):
        pool = [Made(rng.random() if rng.random() > 0.2 else None) for _ in range(16)]
        method = ("best-of-n", "other")[number % 2]
        seed, problem = number // 2 % 10, f"toy{number // 20}"
        make_run(folder / "many", f"run{number}", pool, method=method, seed=seed, problem=problem)
    many = ("--dir", str(folder / "many"))
    found["table"] = {"runs": runs, **timed(lambda: quiet("table", *many))}
    found["compare"] = {"runs": runs, **timed(lambda: quiet("compare", *many))}
    make_run(folder / "one", "run", refined(candidates, rng), method="refine", humans={"simple": 0.4})
    page = folder / "report.html"
    took = timed(lambda: quiet("report", "--dir", str(folder / "one"), "-o", str(page)))
    found["report"] = {"candidates": candidates, **took, "mib": round(page.stat().st_size / MIB, 2)}
    return {**found, "load": os.getloadavg()[0]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--candidates", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        result = measured(given.records, given.runs, given.candidates, Path(name))
    print(json.dumps(result, indent=1))
